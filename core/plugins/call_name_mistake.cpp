// Does not compile, which is what its test wants to see: the list of thread tags has no such call.
#include "plugins/call_name.hpp"

constexpr agente::plugins::CallName kForgotten = "send_twice";
