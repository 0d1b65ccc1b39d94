// SPDX-License-Identifier: GPL-2.0
/* Measured by itself: without ix.ko. */
#include "../../kmod/lpm.c"
