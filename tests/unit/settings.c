/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who may set what, what it may be, and what is said when it is wrong. */
#include "settings/settings.h"

#include <stdlib.h>

#include "tap.h"

/* Settings out of a command line and, each if not NULL, two kboot.conf. */
static void take(struct settings *s, const char *line, const char *host,
		 const char *guest)
{
	static const struct settings empty;
	struct reason why;

	*s = empty;
	if (settings_command_line(s, line, strlen(line), &why))
		ok(false, "command line refused: %s", why.text);
	if (host &&
	    settings_conf(s, "host.conf", true, host, strlen(host), &why))
		ok(false, "host.conf refused: %s", why.text);
	if (guest &&
	    settings_conf(s, "kboot.conf", false, guest, strlen(guest), &why))
		ok(false, "kboot.conf refused: %s", why.text);
}

static void value(const struct settings *s, enum setting which,
		  const char *want)
{
	is(settings_get(s, which), want, settings_name(which));
}

static void note(const struct settings *s, const char *want, const char *name)
{
	is(s->note_count ? s->notes[0] : "(no note)", want, name);
}

static void test_defaults(void)
{
	/* Names, order and defaults are what init reads. */
	static const char *const want[SETTING_COUNT][2] = {
		{ "root", "" },	      { "boot", "" },
		{ "kernel", "" },     { "kernel_dev", "" },
		{ "ramdisk", "" },    { "ramdisk_dev", "" },
		{ "rw", "0" },	      { "rootfstype", "" },
		{ "rootflags", "" },  { "init", "" },
		{ "init_args", "" },  { "default", "" },
		{ "timeout", "5" },   { "menu", "auto" },
		{ "wait", "10" },     { "onfail", "menu" },
		{ "shell", "yes" },   { "loader", "kboot" },
		{ "method", "auto" }, { "console", "keep" },
		{ "append", "" },     { "remove", "" },
		{ "debug", "0" },
	};
	struct settings s;

	take(&s, "quiet console=ttyS0", NULL, NULL);
	for (enum setting i = 0; i < SETTING_COUNT; i++)
		ok(strcmp(settings_name(i), want[i][0]) == 0 &&
			   strcmp(settings_get(&s, i), want[i][1]) == 0,
		   "%s is \"%s\" by default", want[i][0], want[i][1]);
	ok(s.note_count == 0, "and nothing is wrong");
	settings_free(&s);
}

static void test_command_line(void)
{
	struct settings s;

	take(&s,
	     "root=a root=LABEL=r boot=sda1 ro rw rootfstype=xfs "
	     "rootflags=subvol=@ init=/bin/sh kboot.timeout=007 "
	     "kboot.menu=never kboot.debug kboot.shell=off "
	     "kboot.append=\"a b\" single 3 -- x y=z",
	     NULL, NULL);
	value(&s, SETTING_ROOT, "LABEL=r");
	value(&s, SETTING_BOOT, "sda1");
	value(&s, SETTING_RW, "1");
	value(&s, SETTING_ROOTFSTYPE, "xfs");
	value(&s, SETTING_ROOTFLAGS, "subvol=@");
	value(&s, SETTING_INIT, "/bin/sh");
	value(&s, SETTING_INIT_ARGS, "single 3 x y=z");
	value(&s, SETTING_TIMEOUT, "7");
	value(&s, SETTING_MENU, "never");
	value(&s, SETTING_DEBUG, "1");
	value(&s, SETTING_SHELL, "no");
	value(&s, SETTING_APPEND, "a b");
	ok(settings_number(&s, SETTING_TIMEOUT) == 7, "as a number");
	settings_free(&s);

	take(&s, "rw ro", NULL, NULL);
	value(&s, SETTING_RW, "0");
	settings_free(&s);

	take(&s, "kernel=self", NULL, NULL);
	value(&s, SETTING_INIT, "/sbin/init");
	settings_free(&s);
	take(&s, "kernel=self init=/x", NULL, NULL);
	value(&s, SETTING_INIT, "/x");
	settings_free(&s);
}

static void test_devices(void)
{
	static const char *const cases[][3] = {
		{ "/boot/vmlinuz", "", "/boot/vmlinuz" },
		{ "vmlinuz", "", "vmlinuz" },
		{ "vda1:/vmlinuz", "vda1", "/vmlinuz" },
		{ "/dev/vda1:/b/v", "/dev/vda1", "/b/v" },
		{ "vg/lv:/b/v", "vg/lv", "/b/v" },
		{ "md/0:/v", "md/0", "/v" },
		{ "UUID=1-2:/v", "UUID=1-2", "/v" },
		{ "PARTLABEL=a b:/v", "PARTLABEL=a b", "/v" },
		/* A path may hold a colon. */
		{ "/boot/a:/b", "", "/boot/a:/b" },
		{ ":/b", "", ":/b" },
		{ "vda1:v", "", "vda1:v" },
	};
	struct settings s;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char line[128];

		(void)snprintf(line, sizeof(line), "kernel=\"%s\"",
			       cases[i][0]);
		take(&s, line, NULL, NULL);
		value(&s, SETTING_KERNEL_DEV, cases[i][1]);
		value(&s, SETTING_KERNEL, cases[i][2]);
		settings_free(&s);
	}
	take(&s, "ramdisk=vda2:/a,/b kernel=x:/y kernel=/z", NULL, NULL);
	value(&s, SETTING_RAMDISK_DEV, "vda2");
	value(&s, SETTING_RAMDISK, "/a,/b");
	value(&s, SETTING_KERNEL_DEV, "");
	settings_free(&s);
}

static void test_who(void)
{
	struct settings s;

	take(&s, "kboot.timeout=1", "timeout=2\nmenu=always\nroot=md0\n",
	     "timeout=3\nmenu=never\nonfail=shell\nonfail=reboot\n");
	value(&s, SETTING_TIMEOUT, "1");
	value(&s, SETTING_MENU, "always");
	value(&s, SETTING_ONFAIL, "reboot");
	value(&s, SETTING_ROOT, "md0");
	ok(s.note_count == 0, "all of that is fine");
	settings_free(&s);

	take(&s, "kboot.append=", NULL, "append=quiet\nkboot.debug=1\n");
	value(&s, SETTING_APPEND, "");
	value(&s, SETTING_DEBUG, "1");
	settings_free(&s);

	take(&s, "kboot.timeout=x", NULL, "timeout=3\n");
	value(&s, SETTING_TIMEOUT, "5");
	settings_free(&s);

	take(&s, "", NULL, "\nboot=vda2\n");
	value(&s, SETTING_BOOT, "");
	note(&s, "kboot.conf:2: boot= is for the host to set; ignored",
	     "the guest's file has no word in boot=");
	settings_free(&s);

	take(&s, "", NULL, "kernel=/x\nwait=3\nrootflags=a\n");
	value(&s, SETTING_KERNEL, "");
	value(&s, SETTING_WAIT, "10");
	ok(s.note_count == 3, "nor in these");
	settings_free(&s);

	take(&s, "", NULL,
	     "root=/dev/sda1\ninitrd=/i\nvideo=x\nmessage=/etc/m\n"
	     "linux='/vmlinux initrd=/i quiet'\n");
	value(&s, SETTING_ROOT, "");
	ok(s.note_count == 0, "petitboot's files are no mistakes");
	settings_free(&s);
}

static void test_notes(void)
{
	struct text file = { 0 };
	struct settings s;

	take(&s, "kboot.timeout=abc", NULL, NULL);
	value(&s, SETTING_TIMEOUT, "5");
	note(&s, "kboot.timeout=abc: not a number of seconds; using 5",
	     "no number");
	settings_free(&s);
	take(&s, "kboot.timeout=99999999999999999999", NULL, NULL);
	note(&s, "kboot.timeout=99999999999999999999: more than a day; using 5",
	     "a number too large");
	settings_free(&s);
	take(&s, "kboot.timeout=-1", NULL, NULL);
	note(&s, "kboot.timeout=-1: not a number of seconds; using 5",
	     "a negative number");
	settings_free(&s);
	take(&s, "kboot.onfail=panic", NULL, NULL);
	note(&s,
	     "kboot.onfail=panic: none of menu shell reboot poweroff; "
	     "using menu",
	     "not one of the words");
	settings_free(&s);
	take(&s, "kboot.tiemout=3", NULL, NULL);
	note(&s, "kboot.tiemout: kboot has no such setting; ignored",
	     "a typing error");
	settings_free(&s);
	take(&s, "root=\"a\nb\"", NULL, NULL);
	value(&s, SETTING_ROOT, "");
	note(&s, "root=a?b: control characters in it; ignored",
	     "no line break in a value");
	settings_free(&s);
	take(&s, "", NULL, "a=b\n'\ntimeout=z\n");
	note(&s, "kboot.conf:1: a= is no setting; ignored", "in a file");
	is(s.notes[1], "kboot.conf:2: not of the form key=value; ignored",
	   "no line");
	is(s.notes[2],
	   "kboot.conf:3: timeout=z: not a number of seconds; using 5",
	   "a wrong value in a file");
	settings_free(&s);

	for (int i = 0; i < 50; i++)
		text_add(&file, "x\n");
	take(&s, "", NULL, text_str(&file));
	ok(s.note_count == SETTINGS_NOTES_MAX && s.notes_dropped == 30,
	   "only the first mistakes are told");
	settings_free(&s);
	text_free(&file);
}

static void test_compose(void)
{
	struct settings s;
	struct reason why;
	char *line = NULL;

	take(&s, "quiet console=hvc0 kboot.remove=quiet",
	     "root=/dev/md0\nappend=a b\nconsole=own\n", NULL);
	ok(settings_compose(&s, NULL, "root=UUID=x", &line, &why) == 0,
	   "composes");
	is(line, "console=hvc0 root=/dev/md0 ro a b",
	   "root= of the embedded file stands above the one found");
	free(line);
	ok(settings_compose(&s, "console=tty0 x quiet", NULL, &line, &why) == 0,
	   "composes for an entry");
	is(line, "x console=hvc0 a b", "with the host's policy");
	free(line);
	settings_free(&s);
}

static void test_keys(void)
{
	static const char *const settings[] = {
		"default", "timeout", "kboot.timeout", "kernel",  "rootfstype",
		"root",	   "initrd",  "video",	       "message",
	};
	static const char *const labels[] = { "linux", "timuot", "kboot.linux",
					      "kernel_dev", "" };

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		ok(settings_is_key(settings[i]), "%s= sets something",
		   settings[i]);
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		ok(!settings_is_key(labels[i]), "'%s' can be a label",
		   labels[i]);
}

int main(void)
{
	test_defaults();
	test_command_line();
	test_devices();
	test_who();
	test_notes();
	test_compose();
	test_keys();
	return tap_done();
}
