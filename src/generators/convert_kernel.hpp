// Vector code between words and outputs: a run of words as coordinates, and the transposition of a tile of words.
#ifndef KOROBOV_SRC_GENERATORS_CONVERT_KERNEL_HPP
#define KOROBOV_SRC_GENERATORS_CONVERT_KERNEL_HPP

#include "generators/column_kernel.hpp"

namespace korobov::detail {

// out[t] = the coordinate of words[t], t < count; no overlap.
void convert_run(const Word* words, Index count, double* out, Endpoint endpoint, Stores stores);
void convert_run(const Word* words, Index count, float* out, Endpoint endpoint, Stores stores);
void convert_run(const Word* words, Index count, Word* out, Endpoint endpoint, Stores stores);
// Makes streaming stores of this thread visible to others before it ends.
void finish_streaming();

// out[i * width + j] = words[j * stride + i] for i < rows, j < width, rows a multiple of 4. out has room for 3 words
// more than rows * width.
void transpose_words(const Word* words, Index stride, Index width, Index rows, Word* out);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GENERATORS_CONVERT_KERNEL_HPP
