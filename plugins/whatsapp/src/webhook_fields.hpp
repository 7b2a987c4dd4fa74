/// What a webhook may be subscribed to.
#pragma once

#include <array>
#include <string_view>

namespace agente::whatsapp {

/// What every hotel needs to hear.
inline constexpr std::array<std::string_view, 14> kNeededFields{"messages",
                                                                "account_alerts",
                                                                "account_review_update",
                                                                "account_update",
                                                                "business_capability_update",
                                                                "message_template_components_update",
                                                                "message_template_quality_update",
                                                                "message_template_status_update",
                                                                "phone_number_name_update",
                                                                "phone_number_quality_update",
                                                                "security",
                                                                "template_category_update",
                                                                "user_id_update",
                                                                "user_preferences"};

/// What only a number that is shared with the phone's app tells of.
inline constexpr std::array<std::string_view, 3> kPhoneFields{"history", "smb_app_state_sync", "smb_message_echoes"};

/// What else there is; it is counted.
inline constexpr std::array<std::string_view, 8> kOtherFields{"automatic_events",
                                                              "calls",
                                                              "flows",
                                                              "group_lifecycle_update",
                                                              "group_participants_update",
                                                              "group_settings_update",
                                                              "group_status_update",
                                                              "payment_configuration_update"};

}  // namespace agente::whatsapp
