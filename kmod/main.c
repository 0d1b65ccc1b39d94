// SPDX-License-Identifier: GPL-2.0
/*
 * ix: the interconnection point of a healthcare network.
 */
#include <linux/module.h>

#include "device.h"
#include "lpm.h"
#include "net.h"
#include "nl.h"
#include "nl_transaction.h"

static int __init ix_init(void)
{
	int err;

	err = ix_lpm_init();
	if (err)
		return err;
	err = ix_net_register();
	if (err)
		goto err_lpm;
	err = ix_devices_register();
	if (err)
		goto err_net;
	err = ix_nl_transactions_register();
	if (err)
		goto err_devices;
	err = ix_nl_register();
	if (err)
		goto err_transactions;
	return 0;

err_transactions:
	ix_nl_transactions_unregister();
err_devices:
	ix_devices_unregister();
err_net:
	ix_net_unregister();
err_lpm:
	ix_lpm_exit();
	return err;
}

static void __exit ix_exit(void)
{
	ix_nl_unregister();
	ix_nl_transactions_unregister();
	ix_devices_unregister();
	ix_net_unregister();
	ix_lpm_exit();
}

module_init(ix_init);
module_exit(ix_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Interconnection point of a healthcare network: stateless translation and policy");
MODULE_ALIAS_GENL_FAMILY(IX_FAMILY_NAME);
