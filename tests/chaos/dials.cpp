#include "dials.hpp"

#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace agente::chaos {

Dials::Dials(std::filesystem::path file) : file_(std::move(file)), dials_(nullptr) {
  // For everybody to read: the PostgreSQL server is another user.
  const int opened = ::open(file_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  void* mapped = MAP_FAILED;
  if (opened >= 0 && ::ftruncate(opened, sizeof(agente_dials)) == 0) {
    mapped = ::mmap(nullptr, sizeof(agente_dials), PROT_READ | PROT_WRITE, MAP_SHARED, opened, 0);
  }
  if (opened >= 0) ::close(opened);
  if (mapped == MAP_FAILED) throw std::runtime_error("cannot make " + file_.string());
  dials_ = static_cast<agente_dials*>(mapped);
}

Dials::~Dials() { ::munmap(dials_, sizeof *dials_); }

void Dials::slow_disk(std::chrono::milliseconds each_sync) {
  __atomic_store_n(&dials_->sync_delay_ms, each_sync.count(), __ATOMIC_RELAXED);
}

void Dials::shift_clock(std::chrono::milliseconds by) {
  __atomic_store_n(&dials_->clock_shift_ms, by.count(), __ATOMIC_RELAXED);
}

}  // namespace agente::chaos
