// SPDX-License-Identifier: GPL-2.0
/* Under test, by itself: without ix.ko. */
#define IX_UNDER_TEST
#include "alloc.h"
#include "../../kmod/group.c"
