/* SPDX-License-Identifier: GPL-2.0-or-later */
/* grub.cfg and the environment block: what is loaded, and what is saved. */
#include "entries/grub2_env.h"

#include "grub2_scene.h"

static void environment(const char *values)
{
	struct text t = { 0 };

	text_addf(&t, "# GRUB Environment Block\n%s##########", values);
	dir_file("0/boot/grub/grubenv", text_str(&t));
	text_free(&t);
}

/* What 00_header of grub-mkconfig makes of grubenv. */
static void test_environment(void)
{
	static const char header[] =
		"if [ -s $prefix/grubenv ]; then load_env; fi\n"
		"if [ \"${next_entry}\" ] ; then\n"
		"   set default=\"${next_entry}\"\n"
		"   set next_entry=\n   save_env next_entry\n"
		"   set boot_once=true\nelse\n"
		"   set default=\"${saved_entry}\"\nfi\n"
		"if [ \"${prev_saved_entry}\" ]; then\n"
		"  set saved_entry=\"${prev_saved_entry}\"\n"
		"  save_env saved_entry\n  set prev_saved_entry=\n"
		"  save_env prev_saved_entry\n  set boot_once=true\nfi\n" ABC;
	static const struct {
		const char *values;
		const char *by_default;
		const char *saved;
		const char *name;
	} cases[] = {
		{ "saved_entry=b\n", "b", "b", "grub-set-default" },
		{ "saved_entry=s>c\nnext_entry=b\n", "b", "c",
		  "grub-reboot: once, the saved one stays" },
		{ "saved_entry=b\nprev_saved_entry=a\n", "b", "a",
		  "prev_saved_entry is the saved one from now on" },
		{ "saved_entry=gone\n", "a", NULL, "a saved one that is gone" },
		{ "saved_entry=2>1\n", "s>Title D", "s>Title D",
		  "saved numbers" },
		{ "", "a", NULL, "nothing saved" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct entries_config *config;
		struct scene s;

		environment(cases[i].values);
		one_tree(&s, header);
		config = &s.entries.config;
		is(s.entries.list[config->by_default].id, cases[i].by_default,
		   cases[i].name);
		is(config->saved < 0 ? NULL : s.entries.list[config->saved].id,
		   cases[i].saved, cases[i].name);
		end(&s);
	}

	/* Not read by the configuration, and still what "saved" means. */
	environment("saved_entry=b\n");
	{
		struct scene s;

		one_tree(&s, ABC);
		ok(s.entries.config.by_default == 0 &&
			   s.entries.config.saved == 1,
		   "saved_entry without load_env");
		end(&s);
	}
}

/* blscfg expands first, and then sees whether there are options. */
static void test_default_kernelopts(void)
{
	static const char config[] =
		"load_env\nset default_kernelopts=\"root=Z ro\"\nblscfg\n";
	struct scene s;

	dir_file("0/loader/entries/c.conf",
		 "title C\nlinux /k\noptions $kernelopts $tuned_params\n");
	dir_file("0/loader/entries/b.conf", "title B\nlinux /k\n");
	dir_file("0/loader/entries/a.conf",
		 "title A\nlinux /k\noptions $kernelopts quiet\n");
	one_tree(&s, config);
	loads(&s, 0, "/k <root=Z ro>", "rhel 8: options expand to nothing");
	loads(&s, 1, "/k <root=Z ro>", "no options");
	loads(&s, 2, "/k <quiet>", "one word that is no variable");
	end(&s);

	dir_file("0/loader/entries/c.conf",
		 "title C\nlinux /k\noptions $kernelopts $tuned_params\n");
	environment("kernelopts=root=Y\n");
	one_tree(&s, config);
	loads(&s, 0, "/k <root=Y>", "kernelopts of grubenv");
	end(&s);
}

/* save_env and then load_env: as if it had been written. */
static void test_save_env(void)
{
	struct scene s;

	environment("n=old\ng=gone\nm=file\n");
	one_tree(
		&s,
		"load_env\n"
		"n=new\nsave_env n\nn=\n"
		"unset g\nsave_env g\n"
		"m=unsaved\n"
		"load_env n g\n"
		"menuentry a { linux /k [$n] [$g] [$m]; }\n"
		"menuentry b { n=b; save_env n; n=; load_env n; linux /k $n; }\n"
		"menuentry c { load_env; linux /k $n $m; }\n");
	loads(&s, 0, "/k <[new] [] [unsaved]>", "what was saved is loaded");
	loads(&s, 1, "/k <b>", "in an entry");
	loads(&s, 2, "/k <new file>", "whose saving others do not see");
	end(&s);

	one_tree(&s, "n=1\nsave_env n\nn=2\nload_env\n"
		     "menuentry a { linux /k $n; }\n");
	loads(&s, 0, "/k <2>", "there is no file to save to");
	end(&s);
}

int main(void)
{
	dir_start();
	test_environment();
	test_default_kernelopts();
	test_save_env();
	dir_end();
	return tap_done();
}
