// Plays the samples on an Arduino, and tells how many answers are right and how long one takes.
#include "src/@name@.h"
extern "C" {
#include "src/samples.h"
}

void setup() {
  static @name@_input inputs[@NAME@_INPUTS];
  size_t right = 0;
  unsigned long took = 0;
  Serial.begin(115200);
  for (size_t k = 0; k < SAMPLES; k++) {
    sample_inputs(k, inputs);
    const unsigned long start = micros();
    const @code@ found = @name@_classify(inputs);
    took += micros() - start;
    right += found == sample_answer(k);
  }
  Serial.print(right);
  Serial.print(" of ");
  Serial.print((unsigned)SAMPLES);
  Serial.print(" as the classifier answers, ");
  Serial.print((float)took / (float)SAMPLES);
  Serial.println(" us each");
}

void loop() {}
