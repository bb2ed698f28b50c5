/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Machines as their kernels show them: /proc/iomem, and sys/firmware/memmap as
 * one line an entry. The first four were captured on such machines (lines of
 * single devices left out); the others are put together from the kernel's
 * source and the documents named.
 */
#ifndef KBOOT_TESTS_MACHINES_H
#define KBOOT_TESTS_MACHINES_H

/* QEMU 7.2, pc (SeaBIOS), 6 GiB, entered by bzImage: RAM on both sides of the hole */
static const char pc6144_iomem[] = "00000000-00000fff : Reserved\n"
				   "00001000-0009fbff : System RAM\n"
				   "0009fc00-0009ffff : Reserved\n"
				   "000a0000-000bffff : PCI Bus 0000:00\n"
				   "000c0000-000c9bff : Video ROM\n"
				   "000ca000-000cadff : Adapter ROM\n"
				   "000cb000-000cb5ff : Adapter ROM\n"
				   "000f0000-000fffff : Reserved\n"
				   "  000f0000-000fffff : System ROM\n"
				   "00100000-bffdcfff : System RAM\n"
				   "  01000000-019fffff : Kernel code\n"
				   "  01a00000-01b17fff : Kernel rodata\n"
				   "  01c00000-01caf77f : Kernel data\n"
				   "  026b6000-027fffff : Kernel bss\n"
				   "bffdd000-bfffffff : Reserved\n"
				   "c0000000-febfffff : PCI Bus 0000:00\n"
				   "fec00000-fec003ff : IOAPIC 0\n"
				   "fed00000-fed003ff : HPET 0\n"
				   "fffc0000-ffffffff : Reserved\n"
				   "100000000-1bfffffff : System RAM\n"
				   "1c0000000-23fffffff : PCI Bus 0000:00\n"
				   "fd00000000-ffffffffff : Reserved\n";
static const char pc6144_memmap[] = "0x0 0x9fbff System RAM\n"
				    "0x9fc00 0x9ffff Reserved\n"
				    "0xf0000 0xfffff Reserved\n"
				    "0x100000 0xbffdcfff System RAM\n"
				    "0xbffdd000 0xbfffffff Reserved\n"
				    "0xfffc0000 0xffffffff Reserved\n"
				    "0x100000000 0x1bfffffff System RAM\n"
				    "0xfd00000000 0xffffffffff Reserved\n";

/* QEMU 7.2, q35 (SeaBIOS), 512 MiB */
static const char q35_iomem[] =
	"00000000-00000fff : Reserved\n"
	"00001000-0009fbff : System RAM\n"
	"0009fc00-0009ffff : Reserved\n"
	"000a0000-000bffff : PCI Bus 0000:00\n"
	"000c0000-000c9bff : Video ROM\n"
	"000ca000-000cadff : Adapter ROM\n"
	"000cb000-000cb5ff : Adapter ROM\n"
	"000f0000-000fffff : Reserved\n"
	"  000f0000-000fffff : System ROM\n"
	"00100000-1ffdbfff : System RAM\n"
	"  01000000-019fffff : Kernel code\n"
	"  01a00000-01b17fff : Kernel rodata\n"
	"  01c00000-01caf77f : Kernel data\n"
	"  026b6000-027fffff : Kernel bss\n"
	"1ffdc000-1fffffff : Reserved\n"
	"20000000-afffffff : PCI Bus 0000:00\n"
	"b0000000-bfffffff : PCI ECAM 0000 [bus 00-ff]\n"
	"  b0000000-bfffffff : Reserved\n"
	"c0000000-febfffff : PCI Bus 0000:00\n"
	"fec00000-fec003ff : IOAPIC 0\n"
	"fed00000-fed003ff : HPET 0\n"
	"fed1c000-fed1ffff : Reserved\n"
	"fffc0000-ffffffff : Reserved\n"
	"100000000-8ffffffff : PCI Bus 0000:00\n"
	"fd00000000-ffffffffff : Reserved\n";
static const char q35_memmap[] = "0x0 0x9fbff System RAM\n"
				 "0x9fc00 0x9ffff Reserved\n"
				 "0xf0000 0xfffff Reserved\n"
				 "0x100000 0x1ffdbfff System RAM\n"
				 "0x1ffdc000 0x1fffffff Reserved\n"
				 "0xb0000000 0xbfffffff Reserved\n"
				 "0xfed1c000 0xfed1ffff Reserved\n"
				 "0xfffc0000 0xffffffff Reserved\n"
				 "0xfd00000000 0xffffffffff Reserved\n";

/* Firecracker with ACPI, 24 GiB */
static const char firecracker_iomem[] =
	"00000000-00000fff : Reserved\n"
	"00001000-0009fbff : System RAM\n"
	"0009fc00-000fffff : Reserved\n"
	"  000f0000-000fffff : System ROM\n"
	"00100000-bfffffff : System RAM\n"
	"  01000000-0220bb07 : Kernel code\n"
	"  02400000-02e09fff : Kernel rodata\n"
	"  03000000-0327c13f : Kernel data\n"
	"  03b34000-03c57fff : Kernel bss\n"
	"c0001000-eebfffff : PCI Bus 0000:00\n"
	"eec00000-febfffff : Reserved\n"
	"  eec00000-eecfffff : PCI ECAM 0000 [bus 00-00]\n"
	"    eec00000-eecfffff : PCI Bus 0000:00\n"
	"fec00000-fec003ff : IOAPIC 0\n"
	"100000000-63fffffff : System RAM\n"
	"4000000000-7fffffffff : PCI Bus 0000:00\n";
static const char firecracker_memmap[] = "0x0 0x9fbff System RAM\n"
					 "0x9fc00 0xfffff Reserved\n"
					 "0x100000 0xbfffffff System RAM\n"
					 "0xeec00000 0xfebfffff Reserved\n"
					 "0x100000000 0x63fffffff System RAM\n";

/* QEMU 7.2, microvm with ACPI, 512 MiB, entered by PVH */
static const char microvm_iomem[] =
	"00000000-00000fff : Reserved\n"
	"00001000-0009fbff : System RAM\n"
	"0009fc00-000cffff : Reserved\n"
	"000d0000-000effff : ACPI Non-volatile Storage\n"
	"000f0000-000fffff : Reserved\n"
	"  000f0000-000fffff : System ROM\n"
	"00100000-1fffffff : System RAM\n"
	"  01000000-019fffff : Kernel code\n"
	"  01a00000-01b17fff : Kernel rodata\n"
	"  01c00000-01caf77f : Kernel data\n"
	"  025e5000-027fffff : Kernel bss\n";
static const char microvm_memmap[] =
	"0x0 0x9fbff System RAM\n"
	"0x9fc00 0xcffff Reserved\n"
	"0xd0000 0xeffff ACPI Non-volatile Storage\n"
	"0xf0000 0xfffff Reserved\n"
	"0x100000 0x1fffffff System RAM\n";

/*
 * Xen PVH, memory=256: RAM below 1 MiB and from it on, ACPI tables and special
 * pages right below 4 GiB (Xen's docs/misc/pvh.pandoc, libxl_x86_acpi.c);
 * grant frames in unpopulated address space ("Xen scratch").
 */
static const char pvh_iomem[] = "00000000-00000fff : Reserved\n"
				"00001000-0009ffff : System RAM\n"
				"000f0000-000fffff : System ROM\n"
				"00100000-0fffffff : System RAM\n"
				"  01000000-01a01fff : Kernel code\n"
				"  01c00000-01d7efff : Kernel rodata\n"
				"  01e00000-01ee3fff : Kernel data\n"
				"  0212c000-023fffff : Kernel bss\n"
				"10000000-17ffffff : Xen scratch\n"
				"fc000000-fc008fff : ACPI Tables\n"
				"feff8000-feffffff : Reserved\n";
static const char pvh_memmap[] = "0x0 0x9ffff System RAM\n"
				 "0x100000 0xfffffff System RAM\n"
				 "0xfc000000 0xfc008fff ACPI Tables\n"
				 "0xfc009000 0xfc009fff Unusable memory\n"
				 "0xfeff8000 0xfeffffff Reserved\n";

/*
 * What must not be loaded over: a crash kernel, a reservation inside RAM
 * (drivers that insert_resource() there), memory of virtio-mem and of a DAX
 * device.
 */
static const char awkward_iomem[] =
	"00000000-00000fff : Reserved\n"
	"00001000-0009fbff : System RAM\n"
	"00100000-3fffffff : System RAM\n"
	"  01000000-01ffffff : Kernel code\n"
	"  10000000-1fffffff : Crash kernel\n"
	"  30000000-30000fff : Reserved\n"
	"    30000000-300000ff : something\n"
	"100000000-17fffffff : System RAM (virtio_mem)\n"
	"180000000-1ffffffff : Persistent Memory\n"
	"  180000000-1ffffffff : System RAM (kmem)\n";
static const char awkward_memmap[] =
	"0x0 0x9fbff System RAM\n"
	"0x100000 0x3fffffff System RAM\n"
	"0x180000000 0x1ffffffff Persistent Memory\n";

/* The same without CAP_SYS_ADMIN. */
static const char hidden_iomem[] = "00000000-00000000 : Reserved\n"
				   "00000000-00000000 : System RAM\n"
				   "  00000000-00000000 : Kernel code\n";

#endif
