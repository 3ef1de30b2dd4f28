/* Run a firmware on a simulated ATmega328P: samples into its memory, classes and cycles out.

   The firmware writes the place of its inputs to GPIOR1 (low) and GPIOR2 (high), then for each sample 1 to GPIOR0
   before it reads the inputs, and 2 after it has written the class to GPIOR1 and GPIOR2. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <simavr/sim_avr.h>
#include <simavr/sim_elf.h>
#include <simavr/sim_io.h>

enum { GPIOR0 = 0x3E, GPIOR1 = 0x4A, GPIOR2 = 0x4B, SPL = 0x5D, SPH = 0x5E, LAST = 0x8FF };

static const unsigned char *rows;
static size_t bytes, samples, sample;
static unsigned place, lowest, top;
static avr_cycle_count_t start;
static int begun, ended;

static unsigned stack(const avr_t *avr) {
  return (unsigned)(avr->data[SPL] | avr->data[SPH] << 8);
}

static void told(avr_t *avr, avr_io_addr_t address, uint8_t value, void *unused) {
  (void)unused;
  avr->data[address] = value;
  if (value == 1) {
    if (!begun)
      place = (unsigned)(avr->data[GPIOR1] | avr->data[GPIOR2] << 8);
    begun = 1;
    if (sample == samples) {
      ended = 1;
      return;
    }
    memcpy(avr->data + place, rows + sample * bytes, bytes);
    lowest = top = stack(avr);
    start = avr->cycle;
  } else if (value == 2) {
    const unsigned class = (unsigned)(avr->data[GPIOR1] | avr->data[GPIOR2] << 8);
    printf("%u %llu %u\n", class, (unsigned long long)(avr->cycle - start), LAST - lowest);
    sample++;
  }
}

static unsigned char *content(const char *path, size_t *size) {
  FILE *const file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END))
    exit(3);
  *size = (size_t)ftell(file);
  rewind(file);
  unsigned char *const found = malloc(*size + 1);
  if (!found || fread(found, 1, *size, file) != *size)
    exit(3);
  fclose(file);
  return found;
}

int main(int count, char **words) {
  elf_firmware_t firmware;
  size_t size;
  if (count != 5)
    return 2;
  memset(&firmware, 0, sizeof firmware);
  if (elf_read_firmware(words[1], &firmware))
    return 3;
  rows = content(words[2], &size);
  bytes = (size_t)strtoul(words[3], NULL, 10);
  samples = (size_t)strtoul(words[4], NULL, 10);
  if (bytes * samples > size)
    return 3;
  avr_t *const avr = avr_make_mcu_by_name("atmega328p");
  if (!avr)
    return 4;
  avr_init(avr);
  avr->log = 0;
  avr->frequency = 16000000;
  avr_load_firmware(avr, &firmware);
  avr_register_io_write(avr, GPIOR0, told, NULL);
  while (!ended) {
    const int state = avr_run(avr);
    if (state == cpu_Done || state == cpu_Crashed)
      return 5;
    const unsigned now = stack(avr);
    if (begun && now < lowest)
      lowest = now;
  }
  return 0;
}
