// OpenBLAS is loaded when it is first needed rather than linked: programs and wheels that use korobov need no BLAS at
// link time or at start, and get one where there is one. Its Fortran interface is called, with 32-bit integers.
#include "gram/dense_algebra.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <cstdlib>
#include <limits>
#include <stdexcept>
#include <string>

#include <korobov/core/parallel.hpp>
#include <korobov/gram/dense_gram.hpp>

#ifndef KOROBOV_WITH_BLAS
#define KOROBOV_WITH_BLAS 1
#endif
#if KOROBOV_WITH_BLAS && __has_include(<dlfcn.h>)
#include <dlfcn.h>
#else
#undef KOROBOV_WITH_BLAS
#define KOROBOV_WITH_BLAS 0
#endif

namespace korobov {
namespace {

using Matrix = Eigen::Map<Eigen::MatrixXd>;
using ConstMatrix = Eigen::Map<const Eigen::MatrixXd>;

#if KOROBOV_WITH_BLAS

// dsyevd's workspace for vectors, 1 + 6 n + 2 n^2 doubles, has a length of 32 bits.
constexpr Index kMostLapackVectors = 32000;
constexpr double kLeastSharedWork = 1e8;
constexpr double kLeastSharedValues = 1e6;  // of a matrix read once
// Eigenvalues take more work before threads pay: they wait for each other at every column, on a busy machine for turns
// of the scheduler (400 rows: 70 s instead of 2). From n = 1260.
constexpr double kSharedEigenWork = 20;

class OpenBlas {
 public:
  using Potrf = void(const char* uplo, const int* n, double* a, const int* lda, int* info);
  using Triangle = void(const char* side, const char* uplo, const char* trans, const char* diag, const int* m,
                        const int* n, const double* alpha, const double* a, const int* lda, double* b, const int* ldb);
  using Symm = void(const char* side, const char* uplo, const int* m, const int* n, const double* alpha,
                    const double* a, const int* lda, const double* b, const int* ldb, const double* beta, double* c,
                    const int* ldc);
  using Symv = void(const char* uplo, const int* n, const double* alpha, const double* a, const int* lda,
                    const double* x, const int* incx, const double* beta, double* y, const int* incy);
  using Syevd = void(const char* jobz, const char* uplo, const int* n, double* a, const int* lda, double* w,
                     double* work, const int* lwork, int* iwork, const int* liwork, int* info);

  static const OpenBlas& get() {
    static const OpenBlas library;
    return library;
  }
  bool fits(Index n, Index r = 1) const noexcept {
    constexpr Index most = std::numeric_limits<int>::max();
    return loaded_ && n <= most && r <= most;
  }
  const std::string& name() const noexcept { return name_; }

  Potrf* dpotrf = nullptr;
  Triangle* dtrsm = nullptr;
  Triangle* dtrmm = nullptr;
  Symm* dsymm = nullptr;
  Symv* dsymv = nullptr;
  Syevd* dsyevd = nullptr;

  // As many threads as the library's own loops, for the time of a call; one for little work (operations), which waiting
  // threads would hold up on a busy machine.
  class Threads {
   public:
    Threads(const OpenBlas& blas, double work)
        : blas_(blas), before_(blas.get_threads_()), now_(work < kLeastSharedWork ? 1 : num_threads()) {
      if (before_ != now_) blas_.set_threads_(now_);
    }
    ~Threads() {
      if (before_ != now_) blas_.set_threads_(before_);
    }
    Threads(const Threads&) = delete;
    Threads& operator=(const Threads&) = delete;

   private:
    const OpenBlas& blas_;
    int before_;
    int now_;
  };

 private:
  OpenBlas() {
    const char* const wanted = std::getenv("KOROBOV_BLAS");
    if (wanted != nullptr && std::string(wanted) == "off") return;
    void* const library = dlopen(wanted != nullptr ? wanted : "libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return;
    char* (*config)() = nullptr;
    loaded_ = find(library, "dpotrf_", dpotrf) && find(library, "dtrsm_", dtrsm) && find(library, "dtrmm_", dtrmm) &&
              find(library, "dsymm_", dsymm) && find(library, "dsymv_", dsymv) && find(library, "dsyevd_", dsyevd) &&
              find(library, "openblas_get_num_threads", get_threads_) &&
              find(library, "openblas_set_num_threads", set_threads_) && find(library, "openblas_get_config", config);
    if (loaded_) name_ = config();
    if (name_.find("USE64BITINT") != std::string::npos) loaded_ = false;
  }
  template <class Function>
  static bool find(void* library, const char* symbol, Function*& function) {
    function = reinterpret_cast<Function*>(dlsym(library, symbol));
    return function != nullptr;
  }

  int (*get_threads_)() = nullptr;
  void (*set_threads_)(int) = nullptr;
  std::string name_;
  bool loaded_ = false;
};

double squared(Index n) noexcept { return static_cast<double>(n) * static_cast<double>(n); }
double cubed(Index n) noexcept { return squared(n) * static_cast<double>(n); }

#endif

}  // namespace

std::string dense_algebra() {
#if KOROBOV_WITH_BLAS
  if (const auto& blas = OpenBlas::get(); blas.fits(1)) return blas.name();
#endif
  return "Eigen";
}

namespace detail {

bool cholesky(double* a, Index n) {
#if KOROBOV_WITH_BLAS
  if (const auto& blas = OpenBlas::get(); blas.fits(n)) {
    const OpenBlas::Threads threads(blas, cubed(n) / 3);
    const auto size = static_cast<int>(n);
    int info = 0;
    blas.dpotrf("U", &size, a, &size, &info);
    return info == 0;
  }
#endif
  Eigen::Ref<Eigen::MatrixXd> view = Matrix(a, n, n);
  const Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>, Eigen::Upper> factor(view);
  return factor.info() == Eigen::Success;
}

void triangular(Triangular operation, const double* a, Index n, double* b, Index r) {
  if (n == 0 || r == 0) return;
#if KOROBOV_WITH_BLAS
  if (const auto& blas = OpenBlas::get(); blas.fits(n, r)) {
    const OpenBlas::Threads threads(blas, squared(n) * static_cast<double>(r));
    const auto rows = static_cast<int>(n);
    const auto cols = static_cast<int>(r);
    const double one = 1;
    const auto function = operation == Triangular::multiply_transposed ? blas.dtrmm : blas.dtrsm;
    function("L", "U", operation == Triangular::solve ? "N" : "T", "N", &rows, &cols, &one, a, &rows, b, &rows);
    return;
  }
#endif
  const auto upper = ConstMatrix(a, n, n).triangularView<Eigen::Upper>();
  Matrix columns(b, n, r);
  switch (operation) {
    case Triangular::solve:
      upper.solveInPlace(columns);
      break;
    case Triangular::solve_transposed:
      upper.transpose().solveInPlace(columns);
      break;
    case Triangular::multiply_transposed:
      columns = upper.transpose() * Eigen::MatrixXd(columns);
      break;
  }
}

bool blas_symmetric_product([[maybe_unused]] const double* a, [[maybe_unused]] Index n,
                            [[maybe_unused]] const double* y, [[maybe_unused]] double* out, [[maybe_unused]] Index r) {
#if KOROBOV_WITH_BLAS
  if (const auto& blas = OpenBlas::get(); blas.fits(n, r)) {
    const auto rows = static_cast<int>(n);
    const auto cols = static_cast<int>(r);
    const int step = 1;
    const double one = 1;
    const double zero = 0;
    if (r == 1) {  // reads the triangle once; dsymm packs it
      const OpenBlas::Threads threads(blas, squared(n) * (kLeastSharedWork / kLeastSharedValues));
      blas.dsymv("L", &rows, &one, a, &rows, y, &step, &zero, out, &step);
    } else {
      const OpenBlas::Threads threads(blas, 2 * squared(n) * static_cast<double>(r));
      blas.dsymm("L", "L", &rows, &cols, &one, a, &rows, y, &rows, &zero, out, &rows);
    }
    return true;
  }
#endif
  return false;
}

void symmetric_product(const double* a, Index n, const double* y, double* out, Index r) {
  if (n == 0 || r == 0 || blas_symmetric_product(a, n, y, out, r)) return;
  Matrix(out, n, r).noalias() = ConstMatrix(a, n, n).selfadjointView<Eigen::Lower>() * ConstMatrix(y, n, r);
}

std::vector<double> symmetric_eigenvalues(double* a, Index n, Vectors vectors) {
  std::vector<double> values(static_cast<std::size_t>(n));
  if (n == 0) return values;
#if KOROBOV_WITH_BLAS
  if (const auto& blas = OpenBlas::get(); blas.fits(n) && n <= kMostLapackVectors) {
    const OpenBlas::Threads threads(blas, cubed(n) / kSharedEigenWork);
    const char* const job = vectors == Vectors::wanted ? "V" : "N";
    const auto size = static_cast<int>(n);
    const int query = -1;
    double work_size = 0;
    int iwork_size = 0;
    int info = 0;
    blas.dsyevd(job, "L", &size, a, &size, values.data(), &work_size, &query, &iwork_size, &query, &info);
    const auto lwork = static_cast<int>(work_size);
    std::vector<double> work(static_cast<std::size_t>(lwork));
    std::vector<int> iwork(static_cast<std::size_t>(iwork_size));
    blas.dsyevd(job, "L", &size, a, &size, values.data(), work.data(), &lwork, iwork.data(), &iwork_size, &info);
    if (info != 0) throw NumericalError("eigenvalues: the iteration of LAPACK's dsyevd did not converge");
    return values;
  }
#endif
  const int options = vectors == Vectors::wanted ? Eigen::ComputeEigenvectors : Eigen::EigenvaluesOnly;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(Matrix(a, n, n), options);
  if (solver.info() != Eigen::Success) throw NumericalError("eigenvalues: the QR iteration did not converge");
  Eigen::Map<Eigen::VectorXd>(values.data(), n) = solver.eigenvalues();
  if (vectors == Vectors::wanted) Matrix(a, n, n) = solver.eigenvectors();
  return values;
}

}  // namespace detail
}  // namespace korobov
