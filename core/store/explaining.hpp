#pragma once

#include <string>

#include "store/sql.hpp"

namespace agente::store {

/// For tests: notes how the database means to carry out each statement that passes through.
class Explaining : public sql::Connection {
 public:
  explicit Explaining(sql::Connection& real) : real_(real) {}
  std::int64_t execute(std::string_view statement, std::span<const sql::Value> parameters) override {
    explain(statement, parameters);
    return real_.execute(statement, parameters);
  }
  void insert_rows(std::string_view statement, std::span<const std::vector<sql::Value>> rows,
                   const std::function<void(const sql::Row&)>& each) override {
    real_.insert_rows(statement, rows, each);
  }
  void query(std::string_view statement, std::span<const sql::Value> parameters,
             const std::function<void(const sql::Row&)>& each) override {
    explain(statement, parameters);
    real_.query(statement, parameters, each);
  }
  std::int64_t next_id() override { return real_.next_id(); }
  [[nodiscard]] const std::string& plan() const { return plan_; }

 protected:
  /// Adds to `plan_`.
  virtual void explain(std::string_view statement, std::span<const sql::Value> parameters) = 0;

  sql::Connection& real_;
  std::string plan_;
};

}  // namespace agente::store
