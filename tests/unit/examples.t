#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the documents and examples claim is so: each setting that they name, its
# default and who may set it, against `kboot args`; examples, manual pages and
# links well-formed. Runs nothing but kboot args.
set -eu
export LC_ALL=C
kboot=$(realpath "${KBOOT:-build/kboot}")
cd "$(dirname "$0")/../.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
run=0 failed=0

documents="README.md SECURITY.md CONTRIBUTING.md examples/README.md"
manuals="man/kboot.8 man/kboot.conf.5"
# Printed by kboot args, and not settings of kboot's own
not_ours="kernel_dev ramdisk_dev rw rootfstype rootflags init init_args"

main() {
	settings_are_known
	example_file
	readme_table
	example_command_lines
	well_formed
	documents_hold
	printf '1..%d\n' "$run"
	[ "$failed" = 0 ]
}

# is_empty NAME WHAT: the complaints WHAT are none.
is_empty() {
	run=$((run + 1))
	if [ -z "$2" ]; then
		printf 'ok %d - %s\n' "$run" "$1"
	else
		failed=$((failed + 1))
		printf 'not ok %d - %s\n' "$run" "$1"
		printf '%s\n' "$2" | sed 's/^/# /'
	fi
}

# skip NAME WHY
skip() {
	run=$((run + 1))
	printf 'ok %d - %s # skip %s\n' "$run" "$1" "$2"
}

# What kboot args says on stderr about a command line, and about files.
complaints() {
	printf '%s\n' "$1" >"$dir/cmdline"
	shift
	"$kboot" args --cmdline "$dir/cmdline" "$@" >"$dir/args" 2>"$dir/err" ||
		printf 'exit code %d\n' "$?" >>"$dir/err"
	cat "$dir/err"
}

# The value that the last complaints() run left for key $1.
value() {
	sed -n "s/^$1=//p" "$dir/args"
}

# Keys of kboot args that a person sets.
keys() {
	complaints '' >/dev/null
	sed 's/=.*//' "$dir/args" | while read -r key; do
		case " $not_ours " in *" $key "*) ;; *) printf '%s\n' "$key" ;; esac
	done
}

# The command line's name for the setting $1.
word_of() {
	case $1 in
	root | boot | kernel | ramdisk) printf '%s\n' "$1" ;;
	*) printf 'kboot.%s\n' "$1" ;;
	esac
}

# Each kboot.NAME= in a document, in an example, in a manual page.
settings_are_known() {
	case $(complaints kboot.nonsense=1) in
	*kboot.nonsense*) is_empty "kboot complains of an unknown setting" "" ;;
	*) is_empty "kboot complains of an unknown setting" "it did not" ;;
	esac
	# shellcheck disable=SC2086 # lists of names without spaces
	grep -ohE 'kboot\.[a-z_]+=' $documents $manuals kboot.conf.example examples/* |
		sort -u >"$dir/named"
	is_empty "kboot knows each kboot.NAME= that is written about" \
		"$(while read -r word; do complaints "$word"; done <"$dir/named")"
	is_empty "and there are many such words" \
		"$([ "$(wc -l <"$dir/named")" -gt 5 ] || cat "$dir/named")"
}

# Lines '#key=value' of kboot.conf.example, of its part 1 (both) or 2 (host).
example_part() {
	awk -v part="$1" '/^# ----/ { n++ } n == part && /^#[a-z]+=/ { print substr($0, 2) }' \
		kboot.conf.example
}

example_file() {
	example_part 1 >"$dir/both.conf"
	example_part 2 >"$dir/host.conf"
	is_empty "kboot.conf.example names each setting once" "$(
		cut -d = -f 1 "$dir/both.conf" "$dir/host.conf" | sort >"$dir/has"
		keys | sort | diff - "$dir/has" || :
	)"
	complaints '' >/dev/null
	is_empty "its values are the defaults" "$(
		cat "$dir/both.conf" "$dir/host.conf" | while IFS='=' read -r key value; do
			[ "$value" = "$(value "$key")" ] ||
				printf '%s=%s, but kboot: %s\n' "$key" "$value" "$(value "$key")"
		done
	)"
	is_empty "a guest's file may hold its first part" \
		"$(complaints '' --conf "$dir/both.conf")"
	sed 's/=.*/=1/' "$dir/host.conf" >"$dir/host1.conf"
	is_empty "and sets nothing of its second" "$(
		complaints '' --conf "$dir/host1.conf" >"$dir/said"
		while IFS='=' read -r key value; do
			[ "$(value "$key")" != "$value" ] || printf '%s is set\n' "$key"
			# root= can belong to an entry of that file, so nothing is said of it
			[ "$key" = root ] || grep -q "$key= is for the host" "$dir/said" ||
				printf '%s: not a word\n' "$key"
		done <"$dir/host1.conf"
	)"
}

# Rows of README's table: | `word=` | `default` | yes or no | text |
readme_table() {
	awk -F '|' '/^\| `[a-z.]+=`/ {
		gsub(/[ `=]/, "", $2); gsub(/[ `]/, "", $3); gsub(/ /, "", $4)
		print $2 "=" $3 "=" $4 }' README.md >"$dir/table"
	is_empty "README's table has each setting once" "$(
		cut -d = -f 1 "$dir/table" | sort >"$dir/has"
		keys | while read -r key; do word_of "$key"; done | sort | diff - "$dir/has" || :
	)"
	complaints '' >/dev/null
	is_empty "its defaults are the defaults" "$(
		while IFS='=' read -r word default _; do
			[ "$default" = "$(value "${word#kboot.}")" ] ||
				printf '%s: not %s\n' "$word" "$default"
		done <"$dir/table"
	)"
	is_empty "and who may set it is so" "$(
		while IFS='=' read -r word _ guest; do
			may=no
			! grep -q "^${word#kboot.}=" "$dir/both.conf" || may=yes
			[ "$guest" = "$may" ] || printf '%s: not %s\n' "$word" "$guest"
		done <"$dir/table"
	)"
	is_empty "kboot.conf(5) has each" "$(
		keys | while read -r key; do
			grep -q "^\.It Cm $key\$" man/kboot.conf.5 || printf '%s\n' "$key"
		done
	)"
}

# The command lines in examples and README, word for word.
example_command_lines() {
	grep -hoE "console=[A-Za-z0-9]+ [^\"'<]*" README.md examples/*.[cjsx]* |
		sed 's/\${[^}]*}/x/' >"$dir/lines"
	is_empty "the command lines of the examples are good" "$(
		while IFS= read -r line; do
			complaints "$line"
			[ -n "$(value root)" ] || printf 'no root= in: %s\n' "$line"
		done <"$dir/lines"
		[ "$(wc -l <"$dir/lines")" -ge 7 ] || printf 'not all were found\n'
	)"
	is_empty "the images that they name are those which make install puts there" "$(
		grep -hoE '/usr/lib/kboot/[A-Za-z.]+' README.md man/* examples/* | sort -u |
			while read -r path; do
				grep -qE "/lib/kboot/${path##*/}( |\$)" Makefile || printf '%s\n' "$path"
			done
	)"
}

well_formed() {
	for file in examples/*.sh; do
		is_empty "$file: sh -n" "$(sh -n "$file" 2>&1)"
	done
	for file in examples/*.json; do
		is_empty "$file: JSON" "$(perl -MJSON::PP -0777 -ne 'decode_json($_)' "$file" 2>&1)"
	done
	for file in examples/*.xml docs/*.svg; do
		if command -v xmllint >/dev/null; then
			is_empty "$file: XML" "$(xmllint --noout "$file" 2>&1)"
		else
			skip "$file: XML" "no xmllint"
		fi
	done
	for file in $manuals; do
		if command -v mandoc >/dev/null; then
			is_empty "$file: mandoc" "$(mandoc -T lint -W warning "$file" 2>&1)"
		else
			skip "$file: mandoc" "no mandoc"
		fi
	done
}

# What the documents point at is there.
documents_hold() {
	is_empty "links lead to files" "$(
		for file in $documents; do
			grep -oE '\]\([^)#:]+\)' "$file" | sed 's/^](//; s/)$//' | while read -r link; do
				[ -e "$(dirname "$file")/$link" ] || printf '%s: %s\n' "$file" "$link"
			done
		done
	)"
	is_empty "make has the targets" "$(
		# shellcheck disable=SC2086 # a list of names without spaces
		grep -ohE '(`|^    |sudo )make [a-z][a-z-]*' $documents | sed 's/.*make //' | sort -u |
			while read -r target; do
				grep -qE "^$target( [^:]*)?:" Makefile || printf '%s\n' "$target"
			done
	)"
	is_empty "README's tree is the tree" "$(
		sed -n '/^## The tree/,$s/^    \( *[A-Za-z.][A-Za-z./_-]*\)  .*/\1/p' README.md |
			while IFS= read -r path; do
				case $path in ' '*) path=helper/${path##* } ;; esac
				[ -e "$path" ] || printf '%s\n' "$path"
			done
	)"
	# shellcheck disable=SC2086 # a list of names without spaces
	is_empty "no figure is left out" "$(grep -HoE '@[A-Z]+@' $documents || :)"
}

main
