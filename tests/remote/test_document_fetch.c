/* SPDX-License-Identifier: Apache-2.0
 *
 * What a response with a metadata document says about itself.
 */
#include "remote/document_fetch.h"

#include "test.h"

TEST(a_document_is_kept_as_long_as_its_server_says_within_bounds)
{
        CHECK_INT(document_lifetime(NULL), 3600);
        CHECK_INT(document_lifetime(""), 3600);
        CHECK_INT(document_lifetime("public"), 3600);
        CHECK_INT(document_lifetime("max-age=600"), 600);
        CHECK_INT(document_lifetime("public, MAX-AGE=600 , immutable"), 600);
        CHECK_INT(document_lifetime("max-age=0"), 300);
        CHECK_INT(document_lifetime("max-age=99999999999"), 86400);
        CHECK_INT(document_lifetime("max-age=99999999999999999999999"), 3600);
        CHECK_INT(document_lifetime("max-age=-1"), 300);
        CHECK_INT(document_lifetime("max-age"), 3600);
        CHECK_INT(document_lifetime("no-store"), 300);
        CHECK_INT(document_lifetime("max-age=600, no-cache"), 300);
        CHECK_INT(document_lifetime("s-maxage=700"), 3600);
}

TEST(a_document_is_served_as_json)
{
        CHECK(document_type_is_json("application/json"));
        CHECK(document_type_is_json("Application/JSON; charset=utf-8"));
        CHECK(document_type_is_json("application/cimd+json"));
        CHECK(document_type_is_json("application/cimd+JSON ; a=b"));
        CHECK(!document_type_is_json(NULL));
        CHECK(!document_type_is_json(""));
        CHECK(!document_type_is_json("application/+json"));
        CHECK(!document_type_is_json("text/json"));
        CHECK(!document_type_is_json("text/html; a=application/json"));
        CHECK(!document_type_is_json("application/json-seq"));
        CHECK(!document_type_is_json("text/x+json"));
}
