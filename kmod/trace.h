/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints ix:ix_drop and ix:ix_forward.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ix

#if !defined(IX_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define IX_TRACE_H

#include <linux/if_ether.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/tracepoint.h>

#include "decision.h"
#include "drop.h"

#define IX_TRACE_NAME(id, name, core, doc) { IX_DROP_##id, name },
#define ix_show_drop(reason)						\
	__print_symbolic(reason, IX_DROP_REASONS(IX_TRACE_NAME)		\
			 { IX_FORWARDED, "forwarded" })

#define IX_TRACE_ENUM(id, name, core, doc) TRACE_DEFINE_ENUM(IX_DROP_##id);
IX_DROP_REASONS(IX_TRACE_ENUM)
#undef IX_TRACE_ENUM

TRACE_EVENT(ix_drop,

	/* @skb is NULL when it is already gone: dropped in translation. */
	TP_PROTO(const struct sk_buff *skb, const struct net_device *dev,
		 const char *tenant, enum ix_drop reason),

	TP_ARGS(skb, dev, tenant, reason),

	TP_STRUCT__entry(
		__field(const void *, skbaddr)
		__field(unsigned int, len)
		__field(u16, protocol)
		__field(u32, mark)
		__field(enum ix_drop, reason)
		__array(char, device, IFNAMSIZ)
		__array(char, tenant, IX_NAME_MAX + 1)
	),

	TP_fast_assign(
		__entry->skbaddr = skb;
		__entry->len = skb ? skb->len : 0;
		__entry->protocol = skb ? ntohs(skb->protocol) : 0;
		__entry->mark = skb ? skb->mark : 0;
		__entry->reason = reason;
		strscpy(__entry->device, dev->name, IFNAMSIZ);
		strscpy(__entry->tenant, tenant, IX_NAME_MAX + 1);
	),

	TP_printk("tenant=%s port=%s reason=%s protocol=0x%04x len=%u mark=0x%x skbaddr=%p",
		  __entry->tenant, __entry->device,
		  ix_show_drop(__entry->reason), __entry->protocol,
		  __entry->len, __entry->mark, __entry->skbaddr)
);

TRACE_EVENT(ix_forward,

	TP_PROTO(const struct sk_buff *skb, const struct ix_decision *d),

	TP_ARGS(skb, d),

	TP_STRUCT__entry(
		__field(const void *, skbaddr)
		__field(unsigned int, len)
		__field(u32, mark)
		__field(u32, rule)
		__field(u32, source)
		__field(u32, destination)
		__array(u8, src_ix, sizeof(struct in6_addr))
		__array(u8, dst_ix, sizeof(struct in6_addr))
		__array(char, in, IFNAMSIZ)
		__array(char, out, IFNAMSIZ)
		__array(char, from, IX_NAME_MAX + 1)
		__array(char, to, IX_NAME_MAX + 1)
	),

	TP_fast_assign(
		struct in6_addr src_ix = ix_addr_to_in6(d->src_ix);
		struct in6_addr dst_ix = ix_addr_to_in6(d->dst_ix);

		__entry->skbaddr = skb;
		__entry->len = skb->len;
		__entry->mark = skb->mark;
		__entry->rule = d->judgement.rule ? d->judgement.rule->id : 0;
		__entry->source = d->src->tag;
		__entry->destination = d->dst->tag;
		memcpy(__entry->src_ix, &src_ix, sizeof(src_ix));
		memcpy(__entry->dst_ix, &dst_ix, sizeof(dst_ix));
		strscpy(__entry->in, skb->dev->name, IFNAMSIZ);
		strscpy(__entry->out, d->hop.dev->name, IFNAMSIZ);
		strscpy(__entry->from, d->from->object.name, IX_NAME_MAX + 1);
		strscpy(__entry->to, d->found.to->object.name, IX_NAME_MAX + 1);
	),

	TP_printk("from=%s port=%s to=%s out=%s institution=%u>%u ix=%pI6c>%pI6c rule=%u len=%u mark=0x%x skbaddr=%p",
		  __entry->from, __entry->in, __entry->to, __entry->out,
		  __entry->source, __entry->destination, __entry->src_ix,
		  __entry->dst_ix, __entry->rule, __entry->len,
		  __entry->mark, __entry->skbaddr)
);

#endif /* IX_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
