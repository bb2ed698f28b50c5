/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The flat stub as bytes of the program: stub_blob to stub_blob_end. */
	.section .rodata
	.globl	stub_blob, stub_blob_end
	.balign	8
stub_blob:
	.incbin	"stub.bin"
stub_blob_end:

	.section .note.GNU-stack, "", @progbits
