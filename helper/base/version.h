/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The order of version strings: UAPI.10 Version Format Specification 1.0,
 * section "Version Comparison". It is the order of systemd-boot and
 * `systemd-analyze compare-versions`, but that these take a part without digits
 * for older than "0", where the specification has both evaluate as 0.
 */
#ifndef KBOOT_BASE_VERSION_H
#define KBOOT_BASE_VERSION_H

/*
 * Below 0 if @a is the older, above 0 if @b is, 0 where the specification
 * calls them equal (which different strings can be: "1" and "1_").
 * Numbers may have any length.
 */
int version_compare(const char *a, const char *b);

#endif
