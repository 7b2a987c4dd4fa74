#include "store/columns.hpp"
#include "store/repositories.hpp"

namespace agente::store::conversations {

namespace {

constexpr std::string_view kFind = R"(
SELECT hotel_id, channel, sender, account, state, language, document, updated_at
FROM conversations WHERE hotel_id = ?1 AND channel = ?2 AND sender = ?3)";

constexpr std::string_view kPut = R"(
INSERT INTO conversations (hotel_id, channel, sender, account, state, language, document, updated_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
ON CONFLICT (hotel_id, channel, sender) DO UPDATE SET account = excluded.account, state = excluded.state,
  language = excluded.language, document = excluded.document, updated_at = excluded.updated_at)";

}  // namespace

std::optional<Conversation> find(sql::Connection& connection, const GuestKey& guest) {
  return first(connection, kFind, values(guest.hotel, guest.channel, guest.sender), [](Columns& in) {
    return Conversation{.guest = in.guest(),
                        .account = in.text(),
                        .state = in.text(),
                        .language = in.text(),
                        .document = in.text(),
                        .updated_at = in.time()};
  });
}

void put(sql::Connection& connection, const Conversation& conversation) {
  connection.execute(kPut, values(conversation.guest.hotel, conversation.guest.channel, conversation.guest.sender,
                                  conversation.account, conversation.state, conversation.language,
                                  conversation.document, conversation.updated_at));
}

}  // namespace agente::store::conversations
