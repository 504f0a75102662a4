// Memory for numbers that are about to be written: not set to zero, on huge pages where the system has them, because
// the cost of touching fresh small pages exceeds that of the arithmetic here.
#ifndef KOROBOV_SRC_CORE_BUFFER_HPP
#define KOROBOV_SRC_CORE_BUFFER_HPP

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace korobov::detail {

template <class T>
class Buffer {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  Buffer() = default;
  // std::bad_alloc.
  explicit Buffer(std::size_t size) : Buffer(size, size) {}
  // The first elements stay, the others are not set. std::bad_alloc, and then nothing has changed.
  void grow(std::size_t size) {
    if (size > capacity_) {
      Buffer larger(size, 4 * size);
      std::copy_n(data(), size_, larger.data());
      *this = std::move(larger);
    }
    size_ = size;
  }
  // No element keeps its value.
  void remake(std::size_t size) {
    if (size > capacity_) *this = Buffer(size, 4 * size);
    size_ = size;
  }
  T* data() noexcept { return data_.get(); }
  const T* data() const noexcept { return data_.get(); }
  std::size_t size() const noexcept { return size_; }
  T& operator[](std::size_t i) noexcept { return data_.get()[i]; }
  const T& operator[](std::size_t i) const noexcept { return data_.get()[i]; }
  std::span<T> span() noexcept { return {data(), size_}; }
  std::span<const T> span() const noexcept { return {data(), size_}; }

 private:
  struct Free {
    void operator()(T* p) const noexcept { std::free(p); }
  };

  Buffer(std::size_t size, std::size_t capacity) : size_(size), capacity_(capacity) {
    constexpr std::size_t huge = std::size_t{1} << 21;
    const std::size_t alignment = capacity * sizeof(T) >= huge ? huge : 64;
    const std::size_t bytes = (capacity * sizeof(T) + alignment - 1) / alignment * alignment;
    if (bytes == 0) return;
    data_.reset(static_cast<T*>(std::aligned_alloc(alignment, bytes)));
    if (!data_) throw std::bad_alloc();
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    if (alignment == huge) madvise(data_.get(), bytes, MADV_HUGEPAGE);  // advice: without it pages are small
#endif
  }

  std::unique_ptr<T, Free> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_CORE_BUFFER_HPP
