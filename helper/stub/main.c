/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of the stub that is no assembly: compares what has arrived with
 * what was loaded, and clears. Freestanding: no library, no data of its own,
 * interrupts off. Whoever reads the serial line learns of a difference;
 * staying would not help, so that the machine is reset.
 */
#include "stub/stub.h"
#include "stub/sum.h"

enum {
	/* 8250: the first serial port of a PC */
	SERIAL = 0x3f8,
	SERIAL_STATUS = SERIAL + 5,
	SERIAL_READY = 0x20,
	SERIAL_EMPTY = 0x40,
	/* QEMU's and Bochs's debug console */
	DEBUG_CONSOLE = 0xe9,
	/* No port takes longer for a byte; without one, all bits are set. */
	PATIENCE = 1000000,
	/* PC reset: chipset, keyboard controller */
	RESET_CONTROL = 0xcf9,
	RESET_HARD = 0x06,
	RESET_PREPARE = 0x02,
	KEYBOARD = 0x64,
	KEYBOARD_RESET = 0xfe,
};

static void out(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static uint8_t in(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static void wait_for(uint8_t bits)
{
	for (int i = 0; i < PATIENCE && !(in(SERIAL_STATUS)&bits); i++)
		;
}

static void put(char c)
{
	wait_for(SERIAL_READY);
	out(SERIAL, (uint8_t)c);
	out(DEBUG_CONSOLE, (uint8_t)c);
}

static void print(const char *text)
{
	while (*text)
		put(*text++);
}

static void print_hex(uint64_t value)
{
	for (int shift = 60; shift >= 0; shift -= 4) {
		unsigned int digit = value >> shift & 15;

		put((char)(digit < 10 ? '0' + digit : 'a' + digit - 10));
	}
}

static void reset(void)
{
	struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) none = { 0, 0 };

	wait_for(SERIAL_EMPTY);
	out(RESET_CONTROL, RESET_PREPARE);
	out(RESET_CONTROL, RESET_HARD);
	out(KEYBOARD, KEYBOARD_RESET);
	/* Neither of them there: an exception without a handler resets. */
	__asm__ volatile("lidt %0; int3" : : "m"(none));
	__builtin_unreachable();
}

static void differs(const struct stub_check *check, uint64_t sum)
{
	print("\r\nkboot: at 0x");
	print_hex(check->start);
	print(", 0x");
	print_hex(check->size);
	print(" bytes did not arrive as they were loaded (sum 0x");
	print_hex(sum);
	print(", not 0x");
	print_hex(check->sum);
	print("): resetting\r\n");
	reset();
}

void stub_main(const struct stub_params *params);

void stub_main(const struct stub_params *params)
{
	for (uint32_t i = 0; i < params->check_count; i++) {
		const struct stub_check *c = &params->check[i];
		uint64_t sum = stub_sum(STUB_SUM_START,
					(const uint8_t *)c->start, c->size);

		if (sum != c->sum)
			differs(c, sum);
	}
	for (uint32_t i = 0; i < params->clear_count; i++) {
		void *start = (void *)params->clear[i].start;
		uint64_t size = params->clear[i].size;

		__asm__ volatile("rep stosb"
				 : "+D"(start), "+c"(size)
				 : "a"(0)
				 : "memory");
	}
}
