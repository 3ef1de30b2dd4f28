/* Play the samples on a machine with semihosting, and count instructions. */
#include <stdio.h>
#include <stdlib.h>

#include "samples.h"

#if defined(__riscv)
static uint32_t count(void) {
  uint32_t value;
  __asm__ volatile(".option push\n.option arch, +zicsr\ncsrr %0, minstret\n.option pop" : "=r"(value));
  return value;
}
static void prepare(void) {}
#define COUNTED(before, after) ((after) - (before))
#else
/* SysTick counts down from 2^24 - 1, a number of times for each instruction. */
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
#define KNOWN 200u

/* What is counted for KNOWN instructions. */
static uint32_t of_known(void) {
  const uint32_t before = count();
  __asm__ volatile(".rept 200\nnop\n.endr");
  return COUNTED(before, count());
}

int main(void) {
  static @name@_input inputs[@NAME@_INPUTS];
  uint64_t sum = 0;
  size_t right = 0;
  prepare();
  const uint32_t begin = count();
  const uint32_t nothing = COUNTED(begin, count());
  const uint32_t known = of_known() - nothing;
  for (size_t k = 0; k < SAMPLES; k++) {
    sample_inputs(k, inputs);
    const uint32_t before = count();
    const @code@ class = @name@_classify(inputs);
    const uint32_t after = count();
    sum += COUNTED(before, after) - nothing;
    right += class == sample_answer(k);
  }
  printf("%u of %u as the classifier answers, %lu instructions on the mean\n", (unsigned)right, (unsigned)SAMPLES,
         (unsigned long)((sum * KNOWN / known + SAMPLES / 2) / SAMPLES));
  exit(right != SAMPLES);
}
