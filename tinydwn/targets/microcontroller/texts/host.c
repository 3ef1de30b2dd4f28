/* Play the samples on the machine at hand. */
#include <stdio.h>

#include "samples.h"

int main(void) {
  size_t right = 0, right_many = 0;
  @name@_input inputs[SAMPLES * @NAME@_INPUTS];
  @code@ classes[SAMPLES];
  for (size_t k = 0; k < SAMPLES; k++) {
    sample_inputs(k, inputs + k * @NAME@_INPUTS);
    right += @name@_classify(inputs + k * @NAME@_INPUTS) == sample_answer(k);
  }
  @name@_classify_many(inputs, classes, SAMPLES);
  for (size_t k = 0; k < SAMPLES; k++)
    right_many += classes[k] == sample_answer(k);
  printf("%u of %u as the classifier answers, %u of them many at a time\n", (unsigned)right, (unsigned)SAMPLES, (unsigned)right_many);
  return right != SAMPLES || right_many != SAMPLES;
}
