// SPDX-License-Identifier: GPL-2.0
/*
 * Benchmarks of ix and of its stock peers: /dev/ix_bench. See bench.h.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/uaccess.h>

#include "bench.h"
#include "lpm.h"

static DEFINE_MUTEX(bench_lock);

static const struct file_operations bench_fops;

static long bench_run(const struct bench_run __user *from,
		      struct bench_run __user *to)
{
	struct bench_side *sides[BENCH_SIDES];
	struct file *files[BENCH_SIDES];
	struct bench_run run;
	long ret = 0;
	u32 nr = 0;

	if (copy_from_user(&run, from, sizeof(run)))
		return -EFAULT;
	if (!run.sides_nr || run.sides_nr > BENCH_SIDES)
		return -EINVAL;
	while (nr < run.sides_nr && !ret) {
		files[nr] = fget(run.sides[nr]);
		if (!files[nr])
			return -EBADF;
		if (files[nr]->f_op != &bench_fops ||
		    !files[nr]->private_data)
			ret = -EINVAL;
		else
			sides[nr] = files[nr]->private_data;
		nr++;
	}
	if (!ret)
		ret = bench_sides_run(sides, &run);
	if (!ret && copy_to_user(to, &run, sizeof(run)))
		ret = -EFAULT;
	while (nr)
		fput(files[--nr]);
	return ret;
}

static long bench_command(struct file *file, unsigned int command,
			  void __user *arg)
{
	struct bench_side *side = file->private_data;
	union {
		struct bench_setup setup;
		struct bench_check check;
		struct bench_lookup lookup;
		u64 ns;
	} u;
	long ret;

	if (command == BENCH_RUN)
		return bench_run(arg, arg);
	if (_IOC_SIZE(command) > sizeof(u))
		return -ENOTTY;
	if (_IOC_DIR(command) & _IOC_WRITE &&
	    copy_from_user(&u, arg, _IOC_SIZE(command)))
		return -EFAULT;
	switch (command) {
	case BENCH_SETUP:
		ret = bench_side_setup(&side, &u.setup);
		file->private_data = side;
		break;
	case BENCH_CHECK:
		ret = side ? bench_side_check(side, &u.check) : -EINVAL;
		break;
	case BENCH_LOOKUP:
		ret = bench_lookups(&u.lookup);
		break;
	case BENCH_WATCH:
		ret = bench_watch();
		break;
	case BENCH_WATCHED:
		u.ns = bench_watched();
		ret = 0;
		break;
	default:
		return -ENOTTY;
	}
	if (!ret && _IOC_DIR(command) & _IOC_READ &&
	    copy_to_user(arg, &u, _IOC_SIZE(command)))
		return -EFAULT;
	return ret;
}

/*
 * One at a time. While a check gives way, others may change configurations,
 * which is what it is for.
 */
static long bench_ioctl(struct file *file, unsigned int command,
			unsigned long arg)
{
	long ret;

	if (mutex_lock_interruptible(&bench_lock))
		return -EINTR;
	ret = bench_command(file, command, (void __user *)arg);
	mutex_unlock(&bench_lock);
	return ret;
}

static int bench_open(struct inode *inode, struct file *file)
{
	/* The core has put its own there. */
	file->private_data = NULL;
	return 0;
}

static int bench_release(struct inode *inode, struct file *file)
{
	bench_side_free(file->private_data);
	return 0;
}

static const struct file_operations bench_fops = {
	.owner = THIS_MODULE,
	.open = bench_open,
	.release = bench_release,
	.unlocked_ioctl = bench_ioctl,
};

static struct miscdevice bench_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "ix_bench",
	.fops = &bench_fops,
};

static int __init bench_init(void)
{
	int err;

	bench_clock_init();
	err = ix_lpm_init();
	if (err)
		return err;
	err = bench_device_init();
	if (err)
		goto lpm_exit;
	err = misc_register(&bench_misc);
	if (err)
		goto device_exit;
	return 0;

device_exit:
	bench_device_exit();
lpm_exit:
	ix_lpm_exit();
	return err;
}
module_init(bench_init);

static void __exit bench_exit(void)
{
	misc_deregister(&bench_misc);
	bench_watched();
	bench_device_exit();
	ix_lpm_exit();
}
module_exit(bench_exit);

MODULE_DESCRIPTION("Benchmarks of ix and its stock peers");
MODULE_LICENSE("GPL");
