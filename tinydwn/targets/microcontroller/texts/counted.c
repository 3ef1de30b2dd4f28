/* Play the samples on a machine with semihosting, and count instructions. */
#include <stdio.h>
#include <stdlib.h>

#include "samples.h"

#if defined(__riscv)
static uint32_t count(void) {
  uint32_t value;
  __asm__ volatile("csrr %0, minstret" : "=r"(value));
  return value;
}
static void prepare(void) {}
#define COUNTED(before, after) ((after) - (before))
#define PER_INSTRUCTION 1u
#else
/* SysTick counts down from 2^24 - 1. */
static uint32_t count(void) {
  return *(volatile uint32_t *)0xE000E018u;
}
static void prepare(void) {
  *(volatile uint32_t *)0xE000E014u = 0xFFFFFFu;
  *(volatile uint32_t *)0xE000E018u = 0;
  *(volatile uint32_t *)0xE000E010u = 5;
}
#define COUNTED(before, after) (((before) - (after)) & 0xFFFFFFu)
#endif

int main(void) {
  static @name@_input inputs[@NAME@_INPUTS];
  uint32_t sum = 0, nothing;
  size_t right = 0;
  prepare();
  const uint32_t begin = count();
  nothing = COUNTED(begin, count());
  for (size_t k = 0; k < SAMPLES; k++) {
    sample_inputs(k, inputs);
    const uint32_t before = count();
    const @code@ class = @name@_classify(inputs);
    const uint32_t after = count();
    sum += COUNTED(before, after) - nothing;
    right += class == sample_answer(k);
  }
  printf("%u of %u right, %lu instructions on the mean\n", (unsigned)right, (unsigned)SAMPLES,
         (unsigned long)(sum / SAMPLES));
  exit(right != SAMPLES);
}
