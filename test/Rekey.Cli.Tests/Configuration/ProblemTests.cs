using System.Text;
using Rekey.Cli.Configuration;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Configuration;

public sealed class ProblemTests : LeakCheckedTest
{
    // Whatever stands in for a value in these files is a secret that must not come back.
    private const string Misplaced = "S3cr3t-misplaced-value";

    [Theory]
    // the root
    [InlineData("""[]""", "", "An object is needed, not an array.")]
    [InlineData("""{ "credential": {} }""", "credential", "The key 'credential' is unknown. Did you mean 'credentials'?")]
    [InlineData("""{ "sources": {} }""", "sources", "The key 'sources' is unknown.")]
    [InlineData("""{ "servers": {} }""", "servers", "'servers' is not available in this version.")]
    [InlineData("""{ "authorities": [] }""", "authorities", "An object is needed, not an array.")]
    [InlineData("""{ "authorities": { "valut": {} } }""", "authorities.valut", "The key 'valut' is unknown. Did you mean 'vault'?")]
    [InlineData("""{ "stores": {} }""", "stores", "The key 'stores' is unknown. Did you mean 'store'?")]
    [InlineData("""{ "$schema": 1 }""", "$schema", "A string is needed, not a number.")]
    [InlineData("""{ "credentials": {}, "credentials": {} }""", "credentials", "The key is given twice.")]
    [InlineData("""{ "credentials": [] }""", "credentials", "An object is needed, not an array.")]
    // names
    [InlineData("""{ "credentials": { "": { "kind": "value", "from": "env://A" } } }""", "credentials", "The name of entry 1 cannot be used (*).")]
    [InlineData("""{ "credentials": { "a b": { "kind": "value", "from": "env://A" } } }""", "credentials", "The name of entry 1 cannot be used (*).")]
    [InlineData("""{ "credentials": { "$a": { "kind": "value", "from": "env://A" } } }""", "credentials", "The name of entry 1 cannot be used (*).")]
    [InlineData("""{ "credentials": { "a": { "kind": "value", "from": "env://A" }, "a": { "kind": "value", "from": "env://A" } } }""", "credentials.a", "The key is given twice.")]
    [InlineData("""{ "credentials": { "a": null } }""", "credentials.a", "An object is needed, not null.")]
    [InlineData("""{ "credentials": { "a": "env://A" } }""", "credentials.a", "An object is needed, not a string.")]
    public void The_frame_of_the_file_is_checked(string json, string path, string message) => AssertOnly(json, path, message);

    [Theory]
    [InlineData("""{ "from": "env://A" }""", "kind", "It is missing: database or value or aws-sso or slack or oauth.")]
    [InlineData("""{ "kind": 5, "from": "env://A" }""", "kind", "A string is needed, not a number.")]
    [InlineData("""{ "kind": "", "from": "env://A" }""", "kind", "The text is empty.")]
    [InlineData("""{ "kind": "databse", "from": "env://A" }""", "kind", "The kind is unknown (database, value, aws-sso, slack, oauth). Did you mean 'database'?")]
    [InlineData("""{ "kind": "certificate", "from": "env://A" }""", "kind", "The kind is unknown (database, value, aws-sso, slack, oauth).")]
    [InlineData("""{ "kind": "aws-sso" }""", "profile", "It is missing: the AWS profile that signs in through SSO.")]
    [InlineData("""{ "kind": "aws-sso", "profile": "work", "from": "env://A" }""", "from", "The key 'from' is unknown.*")]
    [InlineData("""{ "kind": "aws-sso", "profile": "work", "signIn": "devise" }""", "signIn", "The way is unknown (auto, browser, device). Did you mean 'device'?")]
    [InlineData("""{ "kind": "aws-sso", "profile": "work", "redirectPort": 0 }""", "redirectPort", "A whole number from 1 to 65535 is needed.")]
    [InlineData("""{ "kind": "value" }""", "from", "It is missing: a reference that names where the secret is, for example env://NAME.")]
    [InlineData("""{ "kind": "value", "form": "env://A", "from": "env://A" }""", "form", "The key 'form' is unknown. Did you mean 'from'?")]
    [InlineData("""{ "kind": "value", "from": "env://A", "rules": [] }""", "rules", "An object is needed, not an array.")]
    [InlineData("""{ "kind": "value", "from": "env://A", "rules": { "minLenght": 3 } }""", "rules.minLenght", "The key 'minLenght' is unknown. Did you mean 'minLength'?")]
    [InlineData("""{ "kind": "value", "from": "env://A", "rules": { "minLength": 0 } }""", "rules.minLength", "A whole number from 1 to 1048576 is needed.")]
    [InlineData("""{ "kind": "value", "from": "env://A", "rules": { "startsWith": "" } }""", "rules.startsWith", "The text is empty.")]
    [InlineData("""{ "kind": "value", "from": "env://A", "rules": { "pattern": "[a-z" } }""", "rules.pattern", "It is no pattern that can be used*")]
    [InlineData("""{ "kind": "value", "from": "env://A", "rules": { "pattern": "(?=a)b" } }""", "rules.pattern", "It is no pattern that can be used*")]
    [InlineData("""{ "kind": "database", "from": "env://A", "rules": { "minLength": 3 } }""", "rules", "Only a 'value' has rules: a database is proved by its login.")]
    [InlineData("""{ "kind": "value", "from": "env://A", "required": "yes" }""", "required", "true or false is needed, not a string.")]
    [InlineData("""{ "kind": "value", "from": "env://A", "sensitive": 0 }""", "sensitive", "true or false is needed, not a number.")]
    [InlineData("""{ "kind": "value", "from": "env://A", "revocationLatencySeconds": -1 }""", "revocationLatencySeconds", "A whole number from 0 to 86400 is needed.")]
    [InlineData("""{ "kind": "value", "from": "env://A", "revocationLatencySeconds": 86401 }""", "revocationLatencySeconds", "A whole number from 0 to 86400 is needed.")]
    [InlineData("""{ "kind": "value", "from": "env://A", "revocationLatencySeconds": "15m" }""", "revocationLatencySeconds", "A number is needed, not a string.")]
    [InlineData("""{ "kind": "database", "from": "env://A", "sensitive": false }""", "sensitive", "Only a 'value' can be declared not sensitive.")]
    [InlineData("""{ "kind": "value", "from": "env://A", "database": {} }""", "database", "A 'value' has no fixed parts; they belong to the kind 'database'.")]
    public void A_credential_is_checked(string credential, string path, string message) =>
        AssertOnly($$"""{ "credentials": { "orders": {{credential}} } }""", $"credentials.orders.{path}", message);

    [Theory]
    [InlineData("null", "", "A reference is needed, not null.")]
    [InlineData("7", "", "A reference is needed, not a number.")]
    [InlineData("[]", "", "An array holds 1 to 16 references.")]
    [InlineData("""["env://A", 3]""", "[1]", "A reference is needed, not a number.")]
    [InlineData("""["env://A", ["env://B"]]""", "[1]", "A reference is needed, not an array.")]
    [InlineData("\"\"", "", "It is no reference*")]
    [InlineData("\"" + Misplaced + "\"", "", "It is no reference*A secret is never written here: it is named.")]
    [InlineData("\"postgres://user:" + Misplaced + "@host/db\"", "", "Its scheme is unknown*")]
    [InlineData("\"vualt://kv/" + Misplaced + "\"", "", "*'vault' is near*")]
    [InlineData("\"evn://A\"", "", "*'env' is near*")]
    [InlineData("\"env://\"", "", "There is no name after 'env://'.*")]
    [InlineData("\"env://A#\"", "", "The field after '#' is empty*")]
    [InlineData("\"vault://kv//x\"", "", "*")]
    [InlineData("\"vault://kv/x?engine=kv3\"", "", "The engine is unknown (kv1, kv2, database, static). Did you mean 'kv1'?")]
    [InlineData("\"vault://kv/x?namespace=team//a\"", "", "The namespace is no path of names.")]
    [InlineData("\"vault://kv/x?version=3\"", "", "An option is unknown ('vault' has engine, namespace)*")]
    [InlineData("\"aws-sm://prod/orders?version=1\"", "", "An option is unknown ('aws-sm' has region, profile, stage)*")]
    [InlineData("\"azure-kv://orders\"", "", "It names no secret: azure-kv://VAULT/NAME.")]
    [InlineData("\"azure-kv://prod_vault/orders\"", "", "The name of the vault is none*")]
    [InlineData("\"azure-kv://myvault.example.com/orders\"", "", "The host is none of a vault*")]
    [InlineData("\"azure-kv://prod/orders/1\"", "", "The name of the secret is none*")]
    [InlineData("\"azure-kv://prod/orders?version=7\"", "", "The version is none: 32 hexadecimal digits.")]
    [InlineData("\"azure-kv://prod/orders?stage=x\"", "", "An option is unknown ('azure-kv' has version)*")]
    [InlineData("""{ "exec": "op read" }""", ".exec", "An array of texts is needed: the program and its arguments.")]
    [InlineData("""{ "exec": [] }""", ".exec", "The array is empty: the program is missing.")]
    [InlineData("""{ "exec": ["op", 3] }""", ".exec", "An array of texts is needed: the program and its arguments.")]
    [InlineData("""{ "exec": ["op"], "env": "TOKEN" }""", ".env", "An array of names of environment variables is needed.")]
    [InlineData("""{ "exec": ["op"], "timeoutSeconds": 15 }""", ".timeoutSeconds", "A whole number from 1 to 14 is needed.")]
    [InlineData("""{ "exec": ["op"], "everySeconds": 1 }""", ".everySeconds", "A whole number from 5 to 86400 is needed.")]
    [InlineData("""{ "exec": ["op"], "shell": true }""", ".shell", "The key 'shell' is unknown.")]
    [InlineData("\"file:///a/b?format=jsn\"", "", "The format is unknown (text, env).")]
    [InlineData("""{}""", "", "The object is empty: it composes a document, a reference for each field.")]
    [InlineData("""{ "pasword": "env://P" }""", ".pasword", "The key 'pasword' is unknown. Did you mean 'password'?")]
    [InlineData("{ \"password\": \"" + Misplaced + "\" }", ".password", "It is no reference*")]
    [InlineData("""{ "password": ["env://A"] }""", ".password", "A reference is needed, not an array.")]
    public void The_origin_of_a_database_is_checked(string from, string path, string message) =>
        AssertOnly($$"""{ "credentials": { "orders": { "kind": "database", "from": {{from}} } } }""", $"credentials.orders.from{path}", message);

    [Theory]
    [InlineData("""{ "token": "env://A" }""", "", "A 'value' is one text: name it by one reference, with '#field' where the document has fields.")]
    public void The_origin_of_a_value_is_checked(string from, string path, string message) =>
        AssertOnly($$"""{ "credentials": { "orders": { "kind": "value", "from": {{from}} } } }""", $"credentials.orders.from{path}", message);

    [Theory]
    [InlineData("[]", "", "An object is needed, not an array.")]
    [InlineData("""{ "prot": 1 }""", ".prot", "The key 'prot' is unknown. Did you mean 'port'?")]
    [InlineData("{ \"password\": \"" + Misplaced + "\" }", "", "A password or connection URL is never written here: 'from' names where it is.")]
    [InlineData("""{ "engine": "postgers" }""", ".engine", "The engine is unknown (postgres, sqlite, sqlserver). Did you mean 'postgres'?")]
    [InlineData("""{ "host": 1 }""", ".host", "A string is needed, not a number.")]
    [InlineData("""{ "host": " " }""", ".host", "The text is empty.")]
    [InlineData("""{ "port": "5432" }""", ".port", "A number is needed, not a string.")]
    [InlineData("""{ "port": 0 }""", ".port", "A whole number from 1 to 65535 is needed.")]
    [InlineData("""{ "port": 65536 }""", ".port", "A whole number from 1 to 65535 is needed.")]
    [InlineData("""{ "port": 1.5 }""", ".port", "A whole number from 1 to 65535 is needed.")]
    [InlineData("""{ "port": 1e999 }""", ".port", "A whole number from 1 to 65535 is needed.")]
    [InlineData("""{ "encrypt": "false" }""", ".encrypt", "true or false is needed, not a string.")]
    [InlineData("""{ "trustServerCertificate": 1 }""", ".trustServerCertificate", "true or false is needed, not a number.")]
    public void The_fixed_parts_of_a_database_are_checked(string parts, string path, string message) =>
        AssertOnly(
            $$"""{ "credentials": { "orders": { "kind": "database", "from": "env://A", "database": {{parts}} } } }""",
            $"credentials.orders.database{path}", message);

    [Theory]
    [InlineData("[]", "", "An object is needed, not an array.")]
    [InlineData("\"none\"", "", "An object is needed, not a string.")]
    [InlineData("{}", ".with", "It is missing: what proves the value (http, redis, postgres, sqlserver, none).")]
    [InlineData("""{ "url": "https://api.example.com", "host": "cache" }""", ".with", "It is missing: *")]
    [InlineData("""{ "with": 1, "url": "https://api.example.com" }""", ".with", "A string is needed, not a number.")]
    [InlineData("""{ "with": "" }""", ".with", "The text is empty.")]
    [InlineData("""{ "with": "https", "url": "https://api.example.com" }""", ".with", "It is unknown (http, redis, postgres, sqlserver, none). Did you mean 'http'?")]
    [InlineData("""{ "with": "mysql" }""", ".with", "It is unknown (*).")]
    [InlineData("""{ "with": "none", "url": "https://api.example.com" }""", ".url", "The key 'url' is unknown.")]
    [InlineData("""{ "with": "http" }""", ".url", "It is missing: an address that answers with 2xx to a good value and with 401 or 403 to a bad one.")]
    [InlineData("""{ "with": "http", "url": 1 }""", ".url", "A string is needed, not a number.")]
    [InlineData("""{ "with": "http", "url": "" }""", ".url", "The text is empty.")]
    [InlineData("""{ "with": "http", "url": "api.example.com" }""", ".url", "An https address is needed, or http on this machine, *")]
    [InlineData("""{ "with": "http", "url": "http://api.example.com" }""", ".url", "An https address is needed, *")]
    [InlineData("{ \"with\": \"http\", \"url\": \"https://me:" + Misplaced + "@api.example.com\" }", ".url", "An https address is needed, *")]
    [InlineData("""{ "with": "http", "url": "https://api.example.com/#me" }""", ".url", "An https address is needed, *")]
    [InlineData("""{ "with": "http", "url": "https://api.example.com", "header": "Host" }""", ".header", "It is no name of a header that can carry a value.")]
    [InlineData("""{ "with": "http", "url": "https://api.example.com", "header": "X-Key:" }""", ".header", "It is no name of a header *")]
    [InlineData("""{ "with": "http", "url": "https://api.example.com", "header": "" }""", ".header", "The text is empty.")]
    [InlineData("""{ "with": "http", "url": "https://api.example.com", "prefix": 1 }""", ".prefix", "A string is needed, not a number.")]
    [InlineData("""{ "with": "http", "url": "https://api.example.com", "prefix": "a\nb" }""", ".prefix", "It cannot stand in a header*")]
    [InlineData("{ \"with\": \"http\", \"url\": \"https://api.example.com\", \"token\": \"" + Misplaced + "\" }", ".token", "The key 'token' is unknown.")]
    [InlineData("""{ "with": "http", "url": "https://api.example.com", "tls": true }""", ".tls", "The key 'tls' is unknown.*")]
    [InlineData("""{ "with": "redis" }""", ".host", "It is missing: the Redis that the value is for.")]
    [InlineData("""{ "with": "redis", "host": "cache:6379" }""", ".host", "It is no host: a name or an address is needed, and nothing beside it.")]
    [InlineData("{ \"with\": \"redis\", \"host\": \"rediss://:" + Misplaced + "@cache\" }", ".host", "It is no host*")]
    [InlineData("""{ "with": "redis", "host": "cache", "port": 0 }""", ".port", "A whole number from 1 to 65535 is needed.")]
    [InlineData("""{ "with": "redis", "host": "cache", "tls": "yes" }""", ".tls", "true or false is needed, not a string.")]
    [InlineData("""{ "with": "redis", "host": "cache", "user": "app" }""", ".user", "The key 'user' is unknown.*")]
    [InlineData("""{ "with": "redis", "host": "cache", "username": "" }""", ".username", "The text is empty.")]
    [InlineData("""{ "with": "postgres", "host": "db", "username": "app" }""", ".database", "It is missing: with a host the value is the password alone.")]
    [InlineData("""{ "with": "sqlserver", "host": "db", "database": "orders" }""", ".username", "It is missing: with a host the value is the password alone.")]
    [InlineData("""{ "with": "postgres", "engine": "postgres" }""", ".engine", "The key 'engine' is unknown.")]
    [InlineData("""{ "with": "postgres", "port": 70000 }""", ".port", "A whole number from 1 to 65535 is needed.")]
    [InlineData("""{ "with": "sqlserver", "encrypt": "yes" }""", ".encrypt", "true or false is needed, not a string.")]
    public void The_way_to_prove_a_value_is_checked(string verify, string path, string message) =>
        AssertOnly($$"""{ "credentials": { "orders": { "kind": "value", "from": "env://A", "verify": {{verify}} } } }""", $"credentials.orders.verify{path}", message);

    [Fact]
    public void Only_a_value_is_told_how_it_is_proved()
    {
        AssertOnly(
            """{ "credentials": { "orders": { "kind": "database", "from": "env://A", "verify": { "with": "none" } } } }""",
            "credentials.orders.verify", "Only a 'value' is told how it is proved: a database is proved by its login.");
        AssertOnly(
            """{ "credentials": { "slack": { "kind": "slack", "from": "env://A", "verify": { "with": "none" } } } }""",
            "credentials.slack.verify", "The key 'verify' is unknown.");
    }

    [Theory]
    [InlineData("""  """, "from", "It is missing: a reference that names where the secret is, for example env://NAME.")]
    [InlineData("""  "from": null """, "from", "A reference is needed, not null.")]
    [InlineData("""  "from": {} """, "from", "The object is empty: it composes a document, a reference for each field.")]
    [InlineData("""  "from": { "tokn": "env://T" } """, "from.tokn", "The key 'tokn' is unknown. Did you mean 'token'?")]
    [InlineData("""  "from": { "password": "env://T" } """, "from.password", "The key 'password' is unknown.")]
    [InlineData("""  "from": { "exec": {} } """, "from.exec", "An array of texts is needed: the program and its arguments.")]
    [InlineData("  \"from\": { \"token\": \"" + Misplaced + "\" } ", "from.token", "It is no reference*")]
    [InlineData("""  "from": "env://A", "channel": "general" """, "channel", "The key 'channel' is unknown.")]
    [InlineData("""  "from": "env://A", "client_id": "1.2" """, "client_id", "The key 'client_id' is unknown. Did you mean 'clientId'?")]
    [InlineData("""  "from": "env://A", "workspace": 5 """, "workspace", "A string is needed, not a number.")]
    [InlineData("""  "from": "env://A", "workspace": "" """, "workspace", "The text is empty.")]
    [InlineData("  \"from\": \"env://A\", \"workspace\": \"" + Misplaced + "@\" ", "workspace", "It is no workspace: the name before .slack.com is needed, for example acme.")]
    [InlineData("""  "from": "env://A", "workspace": "acme.example.com" """, "workspace", "It is no workspace*")]
    [InlineData("""  "from": "env://A", "workspace": "http://acme.slack.com" """, "workspace", "It is no workspace*")]
    [InlineData("""  "from": "env://A", "clientId": 12 """, "clientId", "A string is needed, not a number.")]
    [InlineData("""  "from": "env://A", "refreshIntervalDays": 0 """, "refreshIntervalDays", "A whole number from 1 to 365 is needed.")]
    [InlineData("""  "from": "env://A", "refreshIntervalDays": 366 """, "refreshIntervalDays", "A whole number from 1 to 365 is needed.")]
    [InlineData("""  "from": "env://A", "refreshIntervalDays": 1.5 """, "refreshIntervalDays", "A whole number from 1 to 365 is needed.")]
    [InlineData("""  "from": "env://A", "refreshIntervalDays": "7" """, "refreshIntervalDays", "A number is needed, not a string.")]
    [InlineData("""  "from": "env://A", "autoRefresh": "no" """, "autoRefresh", "true or false is needed, not a string.")]
    [InlineData("""  "from": "env://A", "address": "http://slack.example.com" """, "address", "An https address is needed, or http on this machine.")]
    [InlineData("""  "from": "env://A", "address": "https://me@slack.example.com" """, "address", "An https address is needed, or http on this machine.")]
    [InlineData("""  "from": "env://A", "address": "https://slack.example.com/?a=b" """, "address", "An https address is needed, or http on this machine.")]
    [InlineData("""  "from": "env://A", "address": "slack.example.com" """, "address", "An https address is needed, or http on this machine.")]
    [InlineData("""  "from": "env://A", "address": true """, "address", "A string is needed, not true or false.")]
    [InlineData("""  "from": "env://A", "import": ["a"] """, "import", "A string is needed, not an array.")]
    [InlineData("""  "from": "env://A", "required": "yes" """, "required", "true or false is needed, not a string.")]
    [InlineData("""  "from": "env://A", "sensitive": false """, "sensitive", "The key 'sensitive' is unknown.")]
    public void A_slack_credential_is_checked(string members, string path, string message) =>
        AssertOnly($$"""{ "credentials": { "slack": { "kind": "slack"{{Following(members)}} } } }""", $"credentials.slack.{path}", message);

    [Theory]
    [InlineData("""  "issuer": "https://login.example.com", "from": "env://A" """, "clientId", "It is missing: who the client is at the authorization server.")]
    [InlineData("""  "clientId": 1, "issuer": "https://login.example.com", "from": "env://A" """, "clientId", "A string is needed, not a number.")]
    [InlineData("""  "clientId": " ", "issuer": "https://login.example.com", "from": "env://A" """, "clientId", "The text is empty.")]
    [InlineData("""  "clientId": "me", "from": "env://A" """, "issuer", "It cannot be used: missing, and so is tokenEndpoint.")]
    [InlineData("""  "clientId": "me", "issuer": "login.example.com", "from": "env://A" """, "issuer", "An address is needed, for example https://login.example.com.")]
    [InlineData("""  "clientId": "me", "issuer": 1, "from": "env://A" """, "issuer", "A string is needed, not a number.")]
    [InlineData("""  "clientId": "me", "issuer": "http://login.example.com", "from": "env://A" """, "issuer", "It cannot be used: neither https nor http on this machine*")]
    [InlineData("""  "clientId": "me", "issuer": "https://login.example.com/?tenant=1", "from": "env://A" """, "issuer", "It cannot be used: has a query.")]
    [InlineData("""  "clientId": "me", "tokenEndpoint": "http://login.example.com/token", "from": "env://A" """, "tokenEndpoint", "It cannot be used: neither https nor http on this machine*")]
    [InlineData("""  "clientId": "me", "tokenEndpoint": "https://me@login.example.com/token", "from": "env://A" """, "tokenEndpoint", "It cannot be used: *with a user or a fragment in it.")]
    [InlineData("""  "clientId": "me", "issuer": "https://login.example.com", "deviceEndpoint": "ftp://login.example.com", "from": "env://A" """, "deviceEndpoint", "It cannot be used: neither https nor http on this machine*")]
    [InlineData("""  "clientId": "me", "grant": "device_code", "tokenEndpoint": "https://login.example.com/token" """, "deviceEndpoint", "It cannot be used: missing, and so is issuer.")]
    [InlineData("""  "clientId": "me", "grant": "client_credentials", "clientAuth": "none", "issuer": "https://login.example.com", "from": "env://A" """, "clientAuth", "It cannot be used: none, and a client acts for itself only with its secret.")]
    [InlineData("""  "clientId": "me", "grant": "device-code", "issuer": "https://login.example.com", "from": "env://A" """, "grant", "It is unknown (refresh_token, client_credentials, device_code). Did you mean 'device_code'?")]
    [InlineData("""  "clientId": "me", "grant": "password", "issuer": "https://login.example.com", "from": "env://A" """, "grant", "It is unknown (refresh_token, client_credentials, device_code).")]
    [InlineData("""  "clientId": "me", "clientAuth": "bassic", "issuer": "https://login.example.com", "from": "env://A" """, "clientAuth", "It is unknown (auto, basic, post, none). Did you mean 'basic'?")]
    [InlineData("""  "clientId": "me", "scopes": "read write", "issuer": "https://login.example.com", "from": "env://A" """, "scopes", "An array of at most 100 texts without spaces is needed.")]
    [InlineData("""  "clientId": "me", "scopes": ["read write"], "issuer": "https://login.example.com", "from": "env://A" """, "scopes", "An array of at most 100 texts without spaces is needed.")]
    [InlineData("""  "clientId": "me", "scopes": [""], "issuer": "https://login.example.com", "from": "env://A" """, "scopes", "An array of at most 100 texts without spaces is needed.")]
    [InlineData("""  "clientId": "me", "scopes": [1], "issuer": "https://login.example.com", "from": "env://A" """, "scopes", "An array of at most 100 texts without spaces is needed.")]
    [InlineData("""  "clientId": "me", "audience": "", "issuer": "https://login.example.com", "from": "env://A" """, "audience", "The text is empty.")]
    [InlineData("""  "clientId": "me", "resource": 1, "issuer": "https://login.example.com", "from": "env://A" """, "resource", "A string is needed, not a number.")]
    [InlineData("""  "clientId": "me", "issuer": "https://login.example.com" """, "from", "It is missing: a reference that names where the secret is, for example env://NAME.")]
    [InlineData("""  "clientId": "me", "grant": "client_credentials", "issuer": "https://login.example.com" """, "from", "It is missing: *")]
    [InlineData("""  "clientId": "me", "grant": "device_code", "issuer": "https://login.example.com", "from": 1 """, "from", "A reference is needed, not a number.")]
    [InlineData("""  "clientId": "me", "issuer": "https://login.example.com", "from": { "refreshToken": "env://A" } """, "from.refreshToken", "The key 'refreshToken' is unknown. Did you mean 'refresh_token'?")]
    [InlineData("  \"clientId\": \"me\", \"issuer\": \"https://login.example.com\", \"from\": { \"client_secret\": \"" + Misplaced + "\" } ", "from.client_secret", "It is no reference*")]
    [InlineData("""  "clientId": "me", "issuer": "https://login.example.com", "from": "env://A", "scope": "a" """, "scope", "The key 'scope' is unknown. Did you mean 'scopes'?")]
    [InlineData("""  "clientId": "me", "issuer": "https://login.example.com", "from": "env://A", "required": 1 """, "required", "true or false is needed, not a number.")]
    public void An_oauth_credential_is_checked(string members, string path, string message) =>
        AssertOnly($$"""{ "credentials": { "crm": { "kind": "oauth"{{Following(members)}} } } }""", $"credentials.crm.{path}", message);

    [Fact]
    public void More_scopes_than_any_token_has_are_refused() =>
        AssertOnly(
            $$"""{ "credentials": { "crm": { "kind": "oauth", "clientId": "me", "issuer": "https://login.example.com", "from": "env://A", "scopes": [{{string.Join(',', Enumerable.Repeat("\"a\"", 101))}}] } } }""",
            "credentials.crm.scopes", "An array of at most 100 texts without spaces is needed.");

    [Theory]
    [InlineData("[]", "store", "An object is needed, not an array.")]
    [InlineData("\"/var/lib/rekey\"", "store", "An object is needed, not a string.")]
    [InlineData("""{ "folder": "/var/lib/rekey" }""", "store.folder", "The key 'folder' is unknown.")]
    [InlineData("""{ "paht": "/var/lib/rekey" }""", "store.paht", "The key 'paht' is unknown. Did you mean 'path'?")]
    [InlineData("""{ "path": 1 }""", "store.path", "A string is needed, not a number.")]
    [InlineData("""{ "path": " " }""", "store.path", "The text is empty.")]
    [InlineData("""{ "key": 1 }""", "store.key", "A reference is needed, not a number.")]
    [InlineData("""{ "key": ["env://KEY"] }""", "store.key", "A reference is needed, not an array.")]
    [InlineData("{ \"key\": \"" + Misplaced + "\" }", "store.key", "It is no reference*A secret is never written here: it is named.")]
    [InlineData("""{ "key": "vault://kv/rekey#key" }""", "store.key", "The key is read before any credential: name its place itself, for example file:///run/secrets/rekey-key.")]
    [InlineData("""{ "key": "credential://slack#token" }""", "store.key", "The key is read before any credential: name its place itself, for example file:///run/secrets/rekey-key.")]
    public void The_store_is_checked(string store, string path, string message) => AssertOnly($$"""{ "store": {{store}} }""", path, message);

    [Theory]
    [InlineData("[]", "", "An object is needed, not an array.")]
    [InlineData("""{ "addres": "https://vault.internal" }""", ".addres", "The key 'addres' is unknown. Did you mean 'address'?")]
    [InlineData("""{ "address": 8200 }""", ".address", "A string is needed, not a number.")]
    [InlineData("""{ "address": "" }""", ".address", "The text is empty.")]
    [InlineData("""{ "address": "vault.internal" }""", ".address", "An address is needed, for example https://vault.internal:8200.")]
    [InlineData("""{ "address": "ftp://vault.internal" }""", ".address", "It cannot be used: neither https nor http.")]
    [InlineData("""{ "address": "http://vault.internal" }""", ".address", "It cannot be used: http beyond this machine*")]
    [InlineData("{ \"address\": \"https://me:" + Misplaced + "@vault.internal\" }", ".address", "It cannot be used: with a user, a query or a fragment in it.")]
    [InlineData("""{ "address": "https://vault.internal", "namespace": "a//b" }""", ".namespace", "It cannot be used: no path of names.")]
    [InlineData("""{ "allowHttp": "yes" }""", ".allowHttp", "true or false is needed, not a string.")]
    [InlineData("""{ "caCert": ["a"] }""", ".caCert", "A string is needed, not an array.")]
    [InlineData("""{ "auth": "token" }""", ".auth", "An object is needed, not a string.")]
    [InlineData("""{ "auth": {} }""", ".auth.method", "It is missing: token, token-file, approle, kubernetes, jwt.")]
    [InlineData("""{ "auth": { "method": 1 } }""", ".auth.method", "A string is needed, not a number.")]
    [InlineData("""{ "auth": { "method": "app-role" } }""", ".auth.method", "The method is unknown (token, token-file, approle, kubernetes, jwt). Did you mean 'approle'?")]
    [InlineData("""{ "auth": { "method": "userpass" } }""", ".auth.method", "The method is unknown (token, token-file, approle, kubernetes, jwt).")]
    [InlineData("""{ "auth": { "method": "approle" } }""", ".auth.roleId", "The method 'approle' needs it.")]
    [InlineData("""{ "auth": { "method": "approle", "roleId": "a", "role": "b" } }""", ".auth.role", "The method 'approle' has no use for it.")]
    [InlineData("""{ "auth": { "method": "approle", "roleId": "a", "wrapped": 1 } }""", ".auth.wrapped", "true or false is needed, not a number.")]
    [InlineData("{ \"auth\": { \"method\": \"approle\", \"roleId\": \"a\", \"secretId\": \"" + Misplaced + "\" } }", ".auth.secretId", "It is no reference*A secret is never written here: it is named.")]
    [InlineData("{ \"auth\": { \"method\": \"token\", \"token\": \"" + Misplaced + "\" } }", ".auth.token", "It is no reference*A secret is never written here: it is named.")]
    [InlineData("""{ "auth": { "method": "token", "token": "vault://kv/token#token" } }""", ".auth.token", "The login at Vault cannot stand on what is read from it: name a file, a variable or another manager.")]
    [InlineData("""{ "auth": { "method": "jwt", "jwt": "credential://other" } }""", ".auth.jwt", "The login at Vault cannot stand on what is read from it: name a file, a variable or another manager.")]
    [InlineData("""{ "auth": { "method": "kubernetes" } }""", ".auth.role", "The method 'kubernetes' needs it.")]
    [InlineData("""{ "auth": { "method": "kubernetes", "role": "a", "jwt": "env://JWT" } }""", ".auth.jwt", "The method 'kubernetes' has no use for it.")]
    public void A_Vault_is_checked(string vault, string path, string message) =>
        AssertOnly($$"""{ "authorities": { "vault": {{vault}} } }""", $"authorities.vault{path}", message);

    [Theory]
    [InlineData("\"credential://order\"", "There is no credential 'order'. Did you mean 'orders'?")]
    [InlineData("\"credential://elsewhere\"", "There is no credential 'elsewhere'.")]
    [InlineData("\"credential://orders\"", "'orders' is a database: name one of its fields, for example credential://orders#password.")]
    [InlineData("\"credential://orders#pasword\"", "A database has no field 'pasword'. Did you mean 'password'?")]
    [InlineData("\"credential://self\"", "It stands on itself: self -> self.")]
    [InlineData("""["env://A", "credential://self"]""", "It stands on itself: self -> self.")]
    public void References_to_other_credentials_are_followed(string from, string message) =>
        AssertOnly(
            $$"""{ "credentials": { "orders": { "kind": "database", "from": "env://A" }, "self": { "kind": "value", "from": {{from}} } } }""",
            "credentials.self.from", message);

    [Fact]
    public void A_circle_of_credentials_is_named_once_and_whole()
    {
        AssertOnly(
            """
            { "credentials": {
                "a": { "kind": "value", "from": "credential://b" },
                "b": { "kind": "value", "from": "credential://c" },
                "c": { "kind": "value", "from": "credential://a" },
                "d": { "kind": "value", "from": "credential://a" }
            } }
            """,
            "credentials.a.from", "It stands on itself: a -> b -> c -> a.");
    }

    [Fact]
    public void A_credential_of_an_unknown_kind_is_still_one_that_others_may_name()
    {
        AssertOnly(
            """
            { "credentials": {
                "work": { "kind": "certificate", "from": "env://A" },
                "key": { "kind": "value", "from": "credential://work#token" }
            } }
            """,
            "credentials.work.kind", "The kind is unknown (database, value, aws-sso, slack, oauth).");
    }

    [Theory]
    [InlineData("credential://work", "'work' is a session: name one of its fields, for example credential://work#access_key_id.")]
    [InlineData("credential://work#acces_key_id", "A session has no field 'acces_key_id'. Did you mean 'access_key_id'?")]
    [InlineData("credential://slack", "'slack' is a Slack session: name one of its fields, for example credential://slack#token.")]
    [InlineData("credential://slack#tokn", "A Slack session has no field 'tokn'. Did you mean 'token'?")]
    [InlineData("credential://slack#refresh_token", "A Slack session has no field 'refresh_token'.")]
    [InlineData("credential://crm", "'crm' is a token of OAuth: name one of its fields, for example credential://crm#access_token.")]
    [InlineData("credential://crm#refresh_token", "A token of OAuth has no field 'refresh_token'.")]
    public void What_is_read_out_of_a_session_is_one_of_its_fields(string reference, string message) =>
        AssertOnly(
            $$"""
            { "credentials": {
                "work": { "kind": "aws-sso", "profile": "work" },
                "slack": { "kind": "slack", "from": { "token": "env://T" } },
                "crm": { "kind": "oauth", "grant": "device_code", "issuer": "https://login.example.com", "clientId": "me" },
                "key": { "kind": "value", "from": "{{reference}}" }
            } }
            """,
            "credentials.key.from", message);

    [Fact]
    public void Two_names_for_one_profile_are_one_too_many() =>
        AssertOnly(
            """
            { "credentials": {
                "work": { "kind": "aws-sso", "profile": "dev" },
                "again": { "kind": "aws-sso", "profile": "dev", "required": false }
            } }
            """,
            "credentials.again.profile", "'work' is of the same profile: one credential is enough for it.");

    [Fact]
    public void All_problems_are_told_at_once_in_the_order_of_the_file()
    {
        var problems = Problems("""
            {
              "credential": {},
              "credentials": {
                "orders": { "kind": "databse", "from": "vualt://x", "requird": true },
                "github": { "kind": "value", "from": ["env://A", "ftp://b", 3], "required": 1 },
                "work": { "kind": "aws-sso" },
                "web": { "kind": "database", "from": "credential://nobody", "database": { "port": 0, "engine": "oracle" } }
              },
              "authorities": { "vault": { "auth": { "method": "tokn" } } },
              "store": { "key": "credential://github" },
              "servers": {}
            }
            """);

        Assert.Equal(
            [
                "credential", "servers", "credentials.orders.requird", "credentials.orders.kind", "credentials.orders.from",
                "credentials.github.from[1]", "credentials.github.from[2]", "credentials.github.required", "credentials.work.profile",
                "credentials.web.database.engine", "credentials.web.database.port", "credentials.web.from",
                "authorities.vault.auth.method",
                "store.key",
            ],
            problems.Select(static p => p.Path));
    }

    [Fact]
    public void More_credentials_than_anybody_has_are_refused_and_do_no_harm()
    {
        var chain = Enumerable.Range(0, 9000).Select(static i => $"\"c{i}\": {{ \"kind\": \"value\", \"from\": \"credential://c{i + 1}\" }}");

        var problems = Problems($$"""{ "credentials": { {{string.Join(',', chain)}} } }""");

        Assert.Contains(problems, static p => p.Message == "There are more than 500 credentials.");
    }

    [Theory]
    [InlineData("", "The file is empty.")]
    [InlineData("  \n", "The file is empty.")]
    [InlineData("// nothing but a comment", "The file ends in the middle of the JSON, at line 1, column *.")]
    [InlineData("{", "The file ends in the middle of the JSON, at line 1, column 2.")]
    [InlineData("{\n  \"credentials\": {\n    \"a\": { \"kind\": \"val", "The file ends in the middle of the JSON, at line 3, column *.")]
    [InlineData("{ \"credentials\": {} ", "The file ends in the middle of the JSON, at line 1, column *.")]
    [InlineData("{\n  credentials: {}\n}", "The file is not valid JSON at line 2, column 3.")]
    [InlineData("{\n  \"credentials\": " + Misplaced + "\n}", "The file is not valid JSON at line 2, column *.")]
    [InlineData("{} {}", "The file is not valid JSON at line 1, column 4.")]
    [InlineData("{\n \"$schema\": \"\\ud800\"\n}", "The file holds a text that is not valid Unicode, at line 2, column 13.")]
    public void What_is_no_JSON_is_told_by_line_and_column(string text, string message) => AssertOnly(text, "", message);

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'{', 0 }, "The file is encoded as UTF-16; save it as UTF-8.")]
    [InlineData(new byte[] { 0xFE, 0xFF, 0, (byte)'{' }, "The file is encoded as UTF-16; save it as UTF-8.")]
    [InlineData(new byte[] { (byte)'{', 0xC3, 0x28, (byte)'}' }, "The file is not encoded as UTF-8.")]
    public void Other_encodings_are_named(byte[] bytes, string message) =>
        Assert.Equal(message, Assert.Single(Problems(bytes)).Message);

    [Fact]
    public void Deep_nesting_is_an_error_and_not_a_crash() =>
        Assert.StartsWith("The file is not valid JSON", Assert.Single(Problems(new string('[', 100_000))).Message);

    [Fact]
    public void A_key_that_may_be_a_value_is_not_repeated()
    {
        Plant("hunter2 is my password!");

        var problem = Assert.Single(Problems("""{ "hunter2 is my password!": 1 }"""));

        Assert.Equal("(?)", problem.Path);
        Assert.Equal("The key (a text that is no name) is unknown.", problem.Message);
    }

    private static string Following(string members) => members.Trim() is { Length: > 0 } some ? $", {some}" : "";

    private void AssertOnly(string json, string path, string message)
    {
        var problem = Assert.Single(Problems(json));
        Assert.Equal(path, problem.Path);
        Assert.Matches("^" + System.Text.RegularExpressions.Regex.Escape(message).Replace("\\*", ".*") + "$", problem.Message);
    }

    private IReadOnlyList<ConfigurationProblem> Problems(string json) => Problems(Encoding.UTF8.GetBytes(json));

    private IReadOnlyList<ConfigurationProblem> Problems(byte[] utf8)
    {
        Plant(Misplaced);
        var e = Observe(Assert.Throws<ConfigurationException>(() => ConfigurationReader.Parse(utf8, "/etc/rekey/rekey.json")));
        foreach (var problem in e.Problems)
            Observe(problem.ToString());
        return e.Problems;
    }
}
