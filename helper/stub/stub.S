/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The code that runs between the two kernels.
 *
 * The old kernel (relocate_kernel_64.S) arrives here in long mode, interrupts
 * off, all registers zero, with its own identity-mapping page tables, a stack
 * on its control page, and descriptor tables of limit 0. All of that lies in
 * memory that the old kernel picked, which avoids the places we load to, but
 * not the rest of what the newcomer will use: between the end of its file and
 * the end of its init_size, or .bss, the newcomer clears, unpacks and runs its
 * heap. What may still lie there is dead once this code has taken over:
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
 * Next, in C (main.c): what was loaded is compared when that was asked for,
 * and what the newcomer wants to be zero is cleared.
 *
 * Then the newcomer is entered, as its protocol says, interrupts off:
 *
 *	long mode	flat segments, __BOOT_CS 0x10 and __BOOT_DS 0x18,
 *			%rsi = boot_params (boot.rst, "64-bit Boot Protocol")
 *	protected mode	paging off, %cr0 PE only, %cr4 and EFER zero, flat
 *			segments with the same selectors, and registers:
 *	  Linux		%esi = boot_params, %ebp, %edi, %ebx zero (boot.rst,
 *			"32-bit Boot Protocol")
 *	  PVH		%ebx = hvm_start_info, a task register of base 0 and
 *			limit 0x67 (pvh.pandoc)
 *	  Multiboot	%eax = magic, %ebx = information ("Machine state")
 *
 * Position independent below 4 GiB: in long mode it addresses itself by %rip
 * only, in protected mode by a register.
 */
#include "stub/stub.h"

#define CR0_PE	     0x00000001
#define CR0_PG	     0x80000000
#define CR4_PAE	     0x00000020
#define CR4_LA57_BIT 12
#define MSR_EFER     0xc0000080
#define EFER_LME     0x00000100

#define FLAT_CS32 0x08
#define BOOT_CS	  0x10
#define BOOT_DS	  0x18
#define BOOT_TSS  0x20

	.section .text.start, "ax"
	.code64
	.globl stub_start
stub_start:
	jmp	take_over

	.org	STUB_PARAMS
params:
	.quad	STUB_MAGIC
	.skip	STUB_PARAMS_SIZE - 8

/*
 * From protected mode with flat segments (an image that PVH started): into
 * long mode, to the beginning.
 */
	.code32
	.org	STUB_ENTRY32
	movl	$0, %ebp
	cli
	leal	(gdt - stub_start)(%ebp), %eax
	movl	%eax, (gdt_pointer - stub_start + 2)(%ebp)
	lgdtl	(gdt_pointer - stub_start)(%ebp)
	leal	(stack_top - stub_start)(%ebp), %esp
	movl	(params - stub_start + STUB_ROOT4_AT)(%ebp), %eax
	movl	%eax, %cr3
	movl	$CR4_PAE, %eax
	movl	%eax, %cr4
	movl	$MSR_EFER, %ecx
	movl	$EFER_LME, %eax
	xorl	%edx, %edx
	wrmsr
	movl	$CR0_PG | CR0_PE, %eax
	movl	%eax, %cr0
	pushl	$BOOT_CS
	pushl	%ebp
	lretl

	.code64
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
	lidt	no_idt(%rip)
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

2:	movq	%rbx, %rdi
	call	stub_main

	cmpl	$STUB_PROTECTED_MODE, STUB_MODE_AT(%rbx)
	je	leave_long_mode
	movq	STUB_RSI_AT(%rbx), %rsi
	movq	STUB_ENTRY_AT(%rbx), %rax
	xorl	%ebx, %ebx
	xorl	%ecx, %ecx
	xorl	%edx, %edx
	xorl	%edi, %edi
	xorl	%ebp, %ebp
	jmp	*%rax

/* Intel SDM volume 3, "Switching Out of IA-32e Mode Operation" */
leave_long_mode:
	leaq	stub_start(%rip), %rbp
	leaq	3f(%rip), %rax
	pushq	$FLAT_CS32
	pushq	%rax
	lretq

	.code32
3:	movl	$CR0_PE, %eax
	movl	%eax, %cr0
	movl	$MSR_EFER, %ecx
	xorl	%eax, %eax
	xorl	%edx, %edx
	wrmsr
	movl	%eax, %cr4

	/* The protocols want 0x10 to be code, now of 32 bits. */
	movl	(gdt - stub_start + FLAT_CS32)(%ebp), %eax
	movl	%eax, (gdt - stub_start + BOOT_CS)(%ebp)
	movl	(gdt - stub_start + FLAT_CS32 + 4)(%ebp), %eax
	movl	%eax, (gdt - stub_start + BOOT_CS + 4)(%ebp)
	movl	$BOOT_DS, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	movl	%eax, %fs
	movl	%eax, %gs
	movl	$BOOT_TSS, %eax
	ltr	%ax

	leal	(params - stub_start)(%ebp), %edi
	pushl	$BOOT_CS
	pushl	STUB_ENTRY_AT(%edi)
	movl	STUB_RAX_AT(%edi), %eax
	movl	STUB_RBX_AT(%edi), %ebx
	movl	STUB_RSI_AT(%edi), %esi
	xorl	%ecx, %ecx
	xorl	%edx, %edx
	xorl	%edi, %edi
	xorl	%ebp, %ebp
	lretl

	.section .data
	.balign	8
gdt:
	.quad	0
	/* 0x08: 32-bit code, 0x10: 64-bit code, execute and read, 4 GiB */
	.quad	0x00cf9a000000ffff
	.quad	0x00af9a000000ffff
	/* 0x18: data, 4 GiB, read-write; 0x20: 32-bit TSS, base 0, limit 0x67 */
	.quad	0x00cf92000000ffff
	.quad	0x0000890000000067
	/* the upper half of a TSS in long mode, which ltr is not used in */
	.quad	0
gdt_end:

	.balign	8
	.skip	6
gdt_pointer:
	.word	gdt_end - gdt - 1
	.quad	0

	.balign	8
	.skip	6
no_idt:
	.word	0
	.quad	0

	.balign	16
	.skip	1024
stack_top:

	.section .note.GNU-stack, "", @progbits
