# SPDX-License-Identifier: GPL-2.0
# ix: see README.md, and `make help`. The kernel's build reads Kbuild instead.

PREFIX ?= /usr/local
DESTDIR ?=
KDIR ?= /lib/modules/$(shell uname -r)/build
export PREFIX DESTDIR

all: modules userspace	## build the modules and ixctl

modules:		## build the modules for the running kernel, or KDIR=...
	@KDIR='$(KDIR)' scripts/build-modules local >/dev/null

userspace:		## build ixctl
	$(MAKE) -C userspace all

# The modules go where depmod prefers them to the kernel's own; it does not run
# for a folder that a package is made of. Debian's headers have no key to sign
# with, and say so for each module.
install: all		## install modules, ixctl and the UAPI header (DESTDIR, PREFIX)
	$(MAKE) -C '$(KDIR)' M='$(CURDIR)/build/modules/local/src' INSTALL_MOD_DIR=updates \
		$(if $(DESTDIR),INSTALL_MOD_PATH='$(DESTDIR)') CONFIG_MODULE_SIG_ALL= \
		modules_install
	$(if $(DESTDIR),,depmod "$$(cat '$(KDIR)/include/config/kernel.release')")
	$(MAKE) -C userspace install
	install -D -m 644 include/uapi/linux/ix.h '$(DESTDIR)$(PREFIX)/include/linux/ix.h'

dkms-install:		## let DKMS build and install the modules, also for kernels to come
	scripts/dkms-source /usr/src
	dkms install --force ix/$$(sed -n 's/^PACKAGE_VERSION="\(.*\)"$$/\1/p' dkms.conf)

check:			## install packages, build, and run all tests
	@selftests/run

bench:			## measure ix and its stock peers; QUICK=1 for 5 minutes
	@selftests/bench/run $(if $(filter-out 0 no,$(QUICK)),--quick)

# SHELL=1 on the command line takes make's own shell away, and no recipe would
# run: the value is looked at, and the shell put back.
ifeq ($(origin SHELL),command line)
override demo_shell := $(if $(filter-out 0 no,$(SHELL)),--shell)
override SHELL := /bin/sh
endif

demo:			## play the demo in a virtual machine; SHELL=1 leaves a shell there
	@selftests/run --demo $(demo_shell)

demo-shell:		## the same as demo SHELL=1
	@selftests/run --demo --shell

clean:			## remove what was built here; kernels stay in the cache
	rm -rf build
	$(MAKE) -C userspace clean

help:			## this
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

.PHONY: all modules userspace install dkms-install check bench demo demo-shell clean help
