/* Samples that the classifier was not trained on, and the classes that the model gives them. */
#ifndef SAMPLES_H
#define SAMPLES_H

#include "@name@.h"

#define SAMPLES ((size_t)@samples@)

void sample_inputs(size_t sample, @name@_input *inputs);
@code@ sample_answer(size_t sample);

#endif
