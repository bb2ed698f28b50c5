/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The code that runs between the two kernels.
 *
 * The old kernel (relocate_kernel_64.S) arrives here in long mode, interrupts
 * off, all registers zero, with its own identity-mapping page tables, a stack
 * on its control page, and descriptor tables of limit 0. All of that lies in
 * memory that the old kernel picked, which avoids the places we load to, but
 * not the rest of what the newcomer will use: between the end of its file and
 * the end of its init_size the newcomer clears, unpacks and runs its heap.
 * What may still lie there is dead once this code has taken over:
 *
 *	page tables		replaced here, by our own (%cr3)
 *	stack			replaced here, by our own (%rsp)
 *	GDT			replaced here, by our own
 *	IDT			limit 0: an exception or NMI resets the machine
 *	control page, swap page, list of pages, source pages: not used again
 *	old kernel's code, data: not used again; other processors are parked
 *				in it by hlt, so they must not be woken except
 *				by the newcomer's INIT
 *
 * Our tables, stack and GDT are in one area with boot_params and the command
 * line, which is never inside the newcomer's init_size. They map what the
 * boot protocol demands (boot.rst, "64-bit Boot Protocol"): the kernel's
 * init_size, boot_params and the command line, by mapping all of the first
 * 4 GiB and the gigabytes above that hold any of them.
 *
 * Then, as that section says: flat segments, __BOOT_CS 0x10 and __BOOT_DS
 * 0x18, interrupts off, %rsi = boot_params, jump to the entry point.
 *
 * Position independent: it may address itself by %rip only.
 */
#include "stub/stub.h"

#define CR4_LA57_BIT 12
#define BOOT_CS	     0x10
#define BOOT_DS	     0x18

	.section .text
	.code64
	.globl stub_start
stub_start:
	jmp	take_over

	.org	STUB_PARAMS
params:
	.quad	STUB_MAGIC
	.quad	0
	.quad	0
	.quad	0
	.quad	0

take_over:
	cli
	cld
	leaq	params(%rip), %rbx

	/* The old kernel leaves the paging mode as it was: so must we. */
	movq	STUB_ROOT4_AT(%rbx), %rax
	movq	%cr4, %rcx
	btq	$CR4_LA57_BIT, %rcx
	jnc	1f
	movq	STUB_ROOT5_AT(%rbx), %rax
1:	movq	%rax, %cr3
	leaq	stack_top(%rip), %rsp

	/* lgdt wants the table's address, which only the running code knows. */
	leaq	gdt(%rip), %rax
	movq	%rax, gdt_pointer+2(%rip)
	lgdt	gdt_pointer(%rip)
	movl	$BOOT_DS, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	movl	%eax, %fs
	movl	%eax, %gs
	leaq	2f(%rip), %rax
	pushq	$BOOT_CS
	pushq	%rax
	lretq

2:	movq	STUB_ARGUMENT_AT(%rbx), %rsi
	movq	STUB_ENTRY_AT(%rbx), %rax
	xorl	%ebx, %ebx
	xorl	%ecx, %ecx
	jmp	*%rax

	.balign	8
gdt:
	.quad	0
	.quad	0
	/* 0x10: 64-bit code, execute and read; 0x18: data, 4 GiB, read-write */
	.quad	0x00af9a000000ffff
	.quad	0x00cf92000000ffff
gdt_end:

	.balign	8
	.skip	6
gdt_pointer:
	.word	gdt_end - gdt - 1
	.quad	0

	.balign	16
	.skip	256
stack_top:
