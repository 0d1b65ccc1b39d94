// SPDX-License-Identifier: GPL-2.0
/* Under test, by itself: without ix.ko. */
#include "../../kmod/flow_cache.c"
