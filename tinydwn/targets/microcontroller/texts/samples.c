#include "samples.h"

#if defined(__AVR__)
#include <avr/pgmspace.h>
#else
#define PROGMEM
#define memcpy_P memcpy
#endif
#include <string.h>

@arrays@
void sample_inputs(size_t sample, @name@_input *inputs) {
  memcpy_P(inputs, given[sample], sizeof given[0]);
}

@code@ sample_answer(size_t sample) {
  @code@ answer;
  memcpy_P(&answer, answers + sample, sizeof answer);
  return answer;
}
