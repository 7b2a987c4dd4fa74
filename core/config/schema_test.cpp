#include "config/schema.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "config/load.hpp"

namespace agente::config {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::vector<std::string> sentences(const std::string& schema_text, const std::string& value) {
  const auto schema = read_schema(schema_text);
  if (!schema) return {schema.error().text};
  std::vector<std::string> all;
  for (const auto& misfit : check(*schema, json::parse(value), {"config", {}})) all.push_back(misfit.text);
  return all;
}

std::string refusal(const std::string& schema_text) {
  const auto schema = read_schema(schema_text);
  return schema ? "accepted" : schema.error().text;
}

TEST(Schema, EachMistakeIsOneReadableSentence) {
  const std::string schema = R"({"type": "object", "additionalProperties": false, "required": ["url", "user"],
    "properties": {
      "url": {"type": "string", "examples": ["https://pms.example"]}, "user": {"type": "string"},
      "poll_seconds": {"type": "integer", "minimum": 5, "maximum": 60}, "rate": {"type": "number"},
      "on": {"type": "boolean", "default": true}, "mode": {"enum": ["slow", "fast"]},
      "names": {"type": "array", "maxItems": 2, "items": {"type": "string", "minLength": 2}},
      "phone": {"type": "string", "pattern": "^[0-9]+$"},
      "ids": {"type": ["string", "array"]}}})";

  EXPECT_THAT(sentences(schema, R"({"url": "x", "user": "y"})"), IsEmpty());
  EXPECT_THAT(
      sentences(schema, R"({"usr": "y"})"),
      UnorderedElementsAre("config.url is missing; write e.g. `url: \"https://pms.example\"`",
                           "config.user is missing; write `user:`", "config.usr is unknown; did you mean `user`?"));
  EXPECT_THAT(sentences(schema, R"({"url": 12, "user": null, "poll_seconds": 1.5, "rate": "a", "on": "yes"})"),
              UnorderedElementsAre(
                  "config.url must be text, is 12; put it in quotes", "config.user must be text, is empty",
                  "config.poll_seconds must be a whole number, is 1.5", "config.rate must be a number, is \"a\"",
                  "config.on must be true or false, is \"yes\"; write e.g. true"));
  EXPECT_THAT(
      sentences(schema,
                R"({"url":"x","user":"y","poll_seconds":61,"mode":"fest","names":["a"],"phone":"+1","ids":{"a":1}})"),
      UnorderedElementsAre("config.poll_seconds must be at most 60, is 61",
                           "config.mode must be slow or fast, is \"fest\"; did you mean fast?",
                           "config.names[0] must have at least 2 characters",
                           "config.phone must match the pattern ^[0-9]+$, is \"+1\"",
                           "config.ids must be text or a list, is a mapping"));
  EXPECT_THAT(sentences(schema, R"([1])"), ElementsAre("config must be a mapping, is a list"));
}

TEST(Schema, AlternativesAreExplainedByTheOneThatWasMeant) {
  const std::string schema = R"({"properties": {"secret": {"anyOf": [{"type": "string", "minLength": 3},
    {"type": "array", "items": {"type": "string"}}]}},
    "oneOf": [{"required": ["oauth"]}, {"required": ["service_account"]}]})";

  EXPECT_THAT(sentences(schema, R"({"secret": ["a", 5], "oauth": 1})"),
              ElementsAre("config.secret[1] must be text, is 5; put it in quotes"));
  EXPECT_THAT(sentences(schema, R"({"secret": 5, "oauth": 1})"),
              ElementsAre("config.secret must be text or a list, is 5"));
  EXPECT_THAT(sentences(schema, R"({})"),
              ElementsAre("config needs one of its keys: write `oauth` or `service_account`"));
  EXPECT_THAT(sentences(schema, R"({"oauth": 1, "service_account": 2})"),
              ElementsAre("config fits more than one of the allowed forms; keep the keys of one"));
}

TEST(Schema, WhatOnlyValijsonKnowsIsReportedOnceAtTheInnermostPlace) {
  const std::string schema = R"({"properties": {"a": {"properties": {
    "b": {"type": "integer", "multipleOf": 5}, "c": {"not": {"const": "x"}}}}, "d": {"dependencies": {"e": ["f"]}}}})";

  EXPECT_THAT(
      sentences(schema, R"({"a": {"b": 7, "c": "x"}, "d": {"e": 1}})"),
      UnorderedElementsAre(HasSubstr("config.a.b must be a multiple of 5"),
                           "config.a.c is a value that is not allowed here", HasSubstr("config.d needs the key")));
}

TEST(Schema, ASecretIsNeverShownHoweverWrongItIs) {
  const std::string schema = R"({"properties": {
    "token": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 3, "enum": ["abc"], "writeOnly": true},
    "list": {"writeOnly": true, "type": "array", "items": {"type": "string", "const": "x"}, "uniqueItems": true},
    "oauth": {"writeOnly": true, "type": "string", "multipleOf": 3}}})";

  const auto found = sentences(schema, R"({"token": "GEHEIM77", "list": ["GEHEIM77", "GEHEIM77"], "oauth": 770077})");

  EXPECT_GE(found.size(), 5U);
  for (const auto& sentence : found) {
    EXPECT_EQ(sentence.find("GEHEIM"), std::string::npos) << sentence;
    EXPECT_EQ(sentence.find("7700"), std::string::npos) << sentence;
  }
}

TEST(Schema, AHostileSchemaIsRefusedWithASentence) {
  EXPECT_THAT(refusal("{"), HasSubstr("the plugin's config schema cannot be used"));
  EXPECT_THAT(refusal("[]"), HasSubstr("no JSON object"));
  EXPECT_THAT(refusal(R"({"$ref": "http://127.0.0.1/x.json"})"), HasSubstr("only name a part of the same schema"));
  EXPECT_THAT(refusal(R"({"properties": {"a": {"$ref": "file:///etc/passwd"}}})"), HasSubstr("the same schema"));
  EXPECT_THAT(refusal(R"({"$id": "http://x/", "properties": {"a": {"$ref": "y.json#/a"}}})"), HasSubstr("same schema"));
  EXPECT_THAT(refusal(R"({"$ref": "#"})"), HasSubstr("refers to itself"));
  EXPECT_THAT(refusal(R"({"allOf": [{"$ref": "#"}]})"), HasSubstr("refers to itself"));
  EXPECT_THAT(refusal(R"({"properties": {"a": {"$ref": "#/properties/b"}, "b": {"$ref": "#/properties/a"}}})"),
              HasSubstr("refers to itself"));
  EXPECT_THAT(refusal(R"({"$ref": "#/definitions/none"})"), HasSubstr("names a part that is not there"));
  EXPECT_THAT(refusal(R"({"$ref": "#/bad~7pointer"})"), HasSubstr("cannot be used"));
  EXPECT_THAT(refusal(R"({"$ref": 5})"), HasSubstr("cannot be used"));
  EXPECT_THAT(refusal(R"({"type": 5})"), HasSubstr("cannot be used"));
  EXPECT_THAT(refusal(R"({"type": "text"})"), HasSubstr("cannot be used"));
  EXPECT_THAT(refusal(R"({"properties": []})"), HasSubstr("must be an object"));
  EXPECT_THAT(refusal(R"({"minLength": "x"})"), HasSubstr("cannot be used"));
  EXPECT_THAT(refusal(R"({"required": 1})"), HasSubstr("cannot be used"));
  EXPECT_THAT(refusal(R"({"patternProperties": {"(a+)+$": {}}})"), HasSubstr("not supported"));
  EXPECT_THAT(refusal(R"({"pattern": "("})"), HasSubstr("no regular expression"));
  EXPECT_THAT(refusal(R"({"pattern": "(a)\\1"})"), HasSubstr("back-reference"));
  EXPECT_THAT(refusal(R"({"pattern": "a\\10333333333333333333333"})"), HasSubstr("back-reference"));
  EXPECT_THAT(refusal(R"({"pattern": "a{99999999999999999999999}"})"), HasSubstr("repeats more than"));
  EXPECT_THAT(refusal(R"({"pattern": "a{99999999999999999999999,2}"})"), HasSubstr("repeats more than"));
  EXPECT_THAT(refusal(R"({"pattern": "((a{50}){50}){50}"})"), HasSubstr("repeats more than"));
  EXPECT_THAT(refusal(R"({"title": ")" + std::string(300'000, 'x') + "\"}"), HasSubstr("larger than 256 KiB"));
  EXPECT_THAT(refusal(std::string(100'000, '[')), HasSubstr("cannot be used"));
}

TEST(Schema, ReferencesThatMultiplyAreStoppedEarly) {
  json schema = {{"$ref", "#/definitions/d0"}};
  for (int i = 0; i < 18; ++i) {
    const json next = {{"$ref", "#/definitions/d" + std::to_string(i + 1)}};
    schema["definitions"]["d" + std::to_string(i)] = {{"allOf", {next, next}}};
  }
  schema["definitions"]["d18"] = {{"type", "string"}};

  EXPECT_THAT(refusal(schema.dump()), HasSubstr("too large once its references are followed"));
}

TEST(Schema, DeepNestingIsRefusedAndNotRecursedInto) {
  std::string deep = "{}";
  for (int i = 0; i < 10'000; ++i) deep = R"({"not":)" + deep + "}";

  EXPECT_THAT(refusal(deep), HasSubstr("64 levels"));
}

TEST(Schema, AnEvilPatternDoesNotHangOnALongText) {
  const auto text = "\"" + std::string(4000, 'a') + "!\"";

  EXPECT_THAT(sentences(R"({"pattern": "^(a+)+$"})", text), ElementsAre(HasSubstr("must match the pattern")));
  EXPECT_THAT(sentences(R"({"pattern": "^(([a?]?a?a?a?a?a?a?)*){100}$"})", text), ElementsAre(HasSubstr("must match")));
  EXPECT_THAT(sentences(R"({"pattern": "x"})", "\"" + std::string(60'000, 'x') + "\""),
              ElementsAre(HasSubstr("too long to show here")));
}

TEST(Schema, TheFilesOwnSchemaIsUsableAndDescribesEverySection) {
  const auto schema = read_schema(core_schema());

  ASSERT_TRUE(schema) << schema.error().text;
  for (const auto& [key, part] : (*schema)["properties"].items()) EXPECT_TRUE(part.contains("description")) << key;
}

}  // namespace
}  // namespace agente::config
