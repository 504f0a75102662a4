// Nested uniform scrambling keeps no fast transform for a kernel that reads all digits.
// expect: points and kernel keep different symmetries
// expect: take a ShiftInvariantKernel with lattices
// expect: DenseGram for any pair
#include <korobov/generators/lattice.hpp>
#include <korobov/generators/nested_uniform.hpp>
#include <korobov/gram/structured_gram.hpp>
#include <korobov/kernels/digitally_shift_invariant.hpp>
#include <korobov/kernels/shift_invariant.hpp>

void use(const korobov::Lattice& lattice, const korobov::DigitalNet& net, const korobov::NestedUniform& scrambled) {
  const korobov::StructuredGram a(lattice, korobov::ShiftInvariantKernel(2), 16);
  const korobov::StructuredGram b(net, korobov::LeadingDigitKernel(2), 16, 0.1);
  const korobov::StructuredGram c(scrambled, korobov::LeadingDigitKernel(2), 16);
#ifndef VALID
  const korobov::StructuredGram d(scrambled, korobov::DigitallyShiftInvariantKernel(2), 16);
#endif
}
