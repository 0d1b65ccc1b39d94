// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "snapshot.h"
#include "transaction.h"

/* So often it is tried before the configuration counts as never at rest. */
#define TRIES 10

static int write_once(struct ixctl *ctl, snapshot_writer *writer, void *data,
		      bool *again)
{
	uint32_t before, after;
	int ret;

	ret = read_generation(ctl, &before);
	if (!ret)
		ret = writer(ctl, data);
	if (!ret)
		ret = read_generation(ctl, &after);
	if (!ret)
		*again = before != after;
	return ret;
}

static bool copy_out(FILE *from, FILE *to)
{
	char chunk[65536];
	size_t n;

	if (fflush(from) || ferror(from) || fseek(from, 0, SEEK_SET))
		return false;
	while ((n = fread(chunk, 1, sizeof(chunk), from)))
		fwrite(chunk, 1, n, to);
	return !ferror(from);
}

int snapshot(struct ixctl *ctl, snapshot_writer *writer, void *data)
{
	FILE *out = ctl->out.file;
	int fd = memfd_create("ixctl", MFD_CLOEXEC);
	FILE *spool = fd < 0 ? NULL : fdopen(fd, "w+e");
	bool again = true;
	int ret = STATUS_OK;
	int tries;

	if (!spool) {
		complain(ctl, "%s", strerror(errno));
		if (fd >= 0)
			close(fd);
		return STATUS_REFUSED;
	}
	ctl->out.file = spool;
	for (tries = 0; !ret && again && tries < TRIES; tries++) {
		rewind(spool);
		ctl->out.more = false;
		ret = ftruncate(fd, 0) ? STATUS_REFUSED :
					 write_once(ctl, writer, data, &again);
	}
	ctl->out.file = out;
	if (!ret && again) {
		complain(ctl, "the configuration keeps changing");
		ret = STATUS_REFUSED;
	}
	if (!ret && !copy_out(spool, out)) {
		complain(ctl, "%s", strerror(errno));
		ret = STATUS_REFUSED;
	}
	fclose(spool);
	return ret;
}
