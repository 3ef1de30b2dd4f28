/* Play the samples on an ATmega328P, count cycles by timer 1, and tell by the serial port, 115,200 baud. */
#ifndef F_CPU
#define F_CPU 16000000UL
#endif
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/pgmspace.h>
#include <avr/sleep.h>
#include <stdio.h>

#include "samples.h"

static volatile uint16_t overflows;

ISR(TIMER1_OVF_vect) {
  overflows++;
}

static int send(char letter, FILE *stream) {
  (void)stream;
  loop_until_bit_is_set(UCSR0A, UDRE0);
  UDR0 = (uint8_t)letter;
  return 0;
}

static FILE serial = FDEV_SETUP_STREAM(send, NULL, _FDEV_SETUP_WRITE);

static void start(void) {
  overflows = 0;
  TCNT1 = 0;
  TIFR1 = _BV(TOV1);
}

static uint32_t cycles(void) {
  cli();
  const uint16_t count = TCNT1;
  if ((TIFR1 & _BV(TOV1)) && count < 0x8000u)
    overflows++;
  TIFR1 = _BV(TOV1);
  const uint32_t found = ((uint32_t)overflows << 16) | count;
  sei();
  return found;
}

int main(void) {
  static @name@_input inputs[@NAME@_INPUTS];
  UBRR0 = F_CPU / 8 / 115200 - 1;
  UCSR0A = _BV(U2X0);
  UCSR0B = _BV(TXEN0);
  TCCR1B = _BV(CS10);
  TIMSK1 = _BV(TOIE1);
  sei();
  start();
  const uint32_t nothing = cycles();
  uint32_t sum = 0, most = 0;
  uint16_t right = 0;
  for (uint16_t k = 0; k < SAMPLES; k++) {
    sample_inputs(k, inputs);
    start();
    const @code@ class = @name@_classify(inputs);
    const uint32_t took = cycles() - nothing;
    sum += took;
    most = took > most ? took : most;
    right = (uint16_t)(right + (class == sample_answer(k)));
  }
  stdout = &serial;
  printf_P(PSTR("%u of %u as the classifier answers, %lu cycles on the mean, %lu at most\n"), right, (uint16_t)SAMPLES,
           sum / (uint32_t)SAMPLES, most);
  loop_until_bit_is_set(UCSR0A, UDRE0);
  cli();
  sleep_enable();
  sleep_cpu();
  return 0;
}
