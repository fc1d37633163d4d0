using System.Text.Json.Nodes;
using Rekey.Databases;
using Rekey.Testing;

namespace Rekey.Tests.Databases;

public sealed class DatabaseReaderTests : LeakCheckedTest
{
    private const string Password = "correct-horse-battery";

    [Fact]
    public void A_document_without_an_engine_is_sql_server_with_its_port_and_encryption()
    {
        var credential = Read("""{"host":"db.internal","database":"orders","username":"app","password":"correct-horse-battery"}""");

        Assert.Equal(("sqlserver", "db.internal", 1433, "orders", "app"), Address(credential));
        Assert.Equal(Password, credential.Password.Reveal());
        Assert.True(credential.Encrypt);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("\"true\"", true)]
    [InlineData("\"false\"", false)]
    [InlineData("\"False\"", false)]
    [InlineData("null", true)]
    public void Encryption_is_on_unless_a_boolean_or_its_name_says_otherwise(string json, bool expected) =>
        Assert.Equal(expected, Read(Document($$"""{"encrypt":{{json}}}""")).Encrypt);

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("\"\"")]
    [InlineData("\"no\"")]
    [InlineData("{}")]
    public void Anything_else_about_encryption_is_a_problem(string json) =>
        Assert.Contains("encrypt: neither true nor false", Problems(Document($$"""{"encrypt":{{json}}}""")));

    [Theory]
    [InlineData("postgres", "postgres", 5432, null)]
    [InlineData("postgresql", "postgres", 5432, null)]
    [InlineData("aurora-postgresql", "postgres", 5432, null)]
    [InlineData("sqlserver", "sqlserver", 1433, true)]
    [InlineData("mssql", "sqlserver", 1433, true)]
    [InlineData("sqlserver-ex", "sqlserver", 1433, true)]
    [InlineData("sqlserver-web", "sqlserver", 1433, true)]
    [InlineData("SQLServer-EE", "sqlserver", 1433, true)]
    public void Engines_are_known_by_the_names_that_stores_give_them(string written, string engine, int port, bool? encrypt)
    {
        var credential = Read(Document($$"""{"engine":"{{written}}"}"""));

        Assert.Equal((engine, port, encrypt), (credential.Engine, credential.Port, credential.Encrypt));
    }

    [Theory]
    [InlineData("mysql")]
    [InlineData("mariadb")]
    [InlineData("aurora-mysql")]
    [InlineData("oracle-ee")]
    public void An_engine_of_others_is_named_as_not_supported(string engine) =>
        Assert.Contains($"engine: {engine} is not supported (postgres, sqlite, sqlserver are)", Problems(Document($$"""{"engine":"{{engine}}"}""")));

    [Fact]
    public void A_foreign_url_is_named_as_not_supported() =>
        Assert.Contains("(engine: mysql is not supported (postgres, sqlite, sqlserver are))", Problems($"mysql://app:{Password}@db/orders"));

    [Theory]
    [InlineData("5433", 5433)]
    [InlineData("\"5433\"", 5433)]
    [InlineData("null", 1433)]
    public void A_port_may_be_a_number_or_a_numeric_string(string json, int expected) =>
        Assert.Equal(expected, Read(Document($$"""{"port":{{json}}}""")).Port);

    [Theory]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("-1")]
    [InlineData("5432.5")]
    [InlineData("99999999999999999999")]
    [InlineData("\"\"")]
    [InlineData("\"x\"")]
    [InlineData("true")]
    [InlineData("[5432]")]
    public void Anything_else_is_no_port(string json) =>
        Assert.Contains("port: not a port number", Problems(Document($$"""{"port":{{json}}}""")));

    [Fact]
    public void Database_wins_over_dbname_and_username_over_user_and_surplus_fields_are_ignored()
    {
        var credential = Read(Document("""{"dbname":"other","user":"other","dbInstanceIdentifier":"i-1","masterarn":"arn:x","trustServerCertificate":true}"""));

        Assert.Equal(("orders", "app"), (credential.Database, credential.UserName));
    }

    [Fact]
    public void The_rds_names_alone_are_enough()
    {
        var credential = Read("""{"engine":"postgres","host":"h","dbname":"orders","user":"app","password":"correct-horse-battery","port":5432}""");

        Assert.Equal(("postgres", "h", 5432, "orders", "app"), Address(credential));
    }

    [Fact]
    public void A_secret_of_user_name_and_password_works_with_fixed_parts()
    {
        var parts = new DatabaseParts { Engine = "aurora-postgresql", Host = "db.internal", Port = 6432, Database = "reports", Encrypt = true };

        var credential = Read("""{"username":"app","password":"correct-horse-battery"}""", parts);

        Assert.Equal(("postgres", "db.internal", 6432, "reports", "app"), Address(credential));
        Assert.True(credential.Encrypt);
    }

    [Fact]
    public void A_fetched_field_that_differs_from_a_fixed_part_is_an_error_that_names_the_field_alone()
    {
        var parts = new DatabaseParts { Engine = "postgres", Host = "other.internal", Port = 1, Database = "other", UserName = "someone", Encrypt = false };

        var problems = Problems(Document("""{"engine":"sqlserver","port":1433,"encrypt":true}"""), parts);

        foreach (var field in new[] { "engine", "host", "port", "database", "username", "encrypt" })
            Assert.Contains($"{field}: differs from the configuration", problems);
        Assert.DoesNotContain("internal", problems);
        Assert.DoesNotContain("orders)", problems);
    }

    [Fact]
    public void Fixed_parts_that_say_the_same_are_no_conflict()
    {
        var parts = new DatabaseParts { Engine = "sqlserver", Host = "DB.internal", Port = 1433, Database = "orders", UserName = "app", Encrypt = true };

        Assert.Equal("db.internal", Read(Document("""{"engine":"sqlserver-se","port":"1433","encrypt":"true"}"""), parts).Host, ignoreCase: true);
    }

    [Fact]
    public void Whether_any_certificate_is_taken_is_said_by_the_configuration_and_never_by_the_secret()
    {
        const string Lowered = """{"trustServerCertificate":true,"TrustServerCertificate":"true","trust_server_certificate":1}""";

        Assert.Null(Read(Document(Lowered)).TrustServerCertificate);
        Assert.Null(Read($"sqlserver://app:{Password}@db/orders?trustServerCertificate=true").TrustServerCertificate);
        Assert.False(Read(Document(Lowered), new DatabaseParts { TrustServerCertificate = false }).TrustServerCertificate);
        Assert.True(Read(Document("{}"), new DatabaseParts { TrustServerCertificate = true }).TrustServerCertificate);
    }

    [Fact]
    public void An_unknown_engine_in_the_configuration_is_told() =>
        Assert.Contains("engine: not one of postgres", Problems(Document("{}"), new DatabaseParts { Engine = "postgrse" }));

    [Fact]
    public void All_problems_are_told_at_once() =>
        Assert.Equal(
            "[SECRET_INVALID] vault://kv/orders holds content that cannot be used (port: not a port number; encrypt: neither true nor false; "
            + "host: missing; password: missing; username: missing; database: missing).",
            Problems("""{"port":"x","encrypt":"maybe","host":"","password":null}"""));

    [Theory]
    [InlineData("""{"host":"db.internal","database":"orders","username":"app","password":"correct-horse-battery" """)]
    [InlineData("""["correct-horse-battery"]""")]
    [InlineData("\"correct-horse-battery\"")]
    [InlineData("correct-horse-battery")]
    [InlineData("Server=db;Database=orders;User Id=app;Password=correct-horse-battery")]
    [InlineData("""{"password":"correct-horse-battery","password":"correct-horse-battery"}""")]
    [InlineData("""{"password":"correct-horse-battery","x":"\ud800"}""")]
    [InlineData("https://app:correct-horse-battery@db/orders")]
    public void What_is_neither_a_document_nor_a_url_is_told_without_repeating_it(string text) =>
        Assert.Contains("(content: neither a JSON object", Problems(text));

    [Theory]
    [InlineData("engine", "{}", "engine")]
    [InlineData("host", "true", "host")]
    [InlineData("database", "{}", "database")]
    [InlineData("dbname", "[]", "database")]
    [InlineData("username", """["app"]""", "username")]
    [InlineData("user", "false", "username")]
    [InlineData("password", """{"value":"correct-horse-battery"}""", "password")]
    public void What_must_be_a_text_and_is_none_is_a_problem_of_its_field(string field, string json, string named) =>
        Assert.Contains($"{named}: not a text", Problems($$"""{"{{field}}":{{json}}}"""));

    [Theory]
    [InlineData("a b")]
    [InlineData("a,b")]
    [InlineData("x;Password=1")]
    public void A_host_is_the_name_of_one_host(string host) =>
        Assert.Contains("host: not the name of one host", Problems(Document($$"""{"host":"{{host}}"}""")));

    [Fact]
    public void A_document_that_came_as_fields_is_read_alike()
    {
        var document = SecretDocument.FromFields([new("username", new Secret("app")), new("password", Plant(Password))]);

        var credential = DatabaseReader.Read(document, new DatabaseParts { Engine = "postgres", Host = "h", Database = "d" }, "file:///run/db");

        Assert.Equal(Password, credential.Password.Reveal());
    }

    private DatabaseCredential Read(string text, DatabaseParts? parts = null) =>
        DatabaseReader.Read(SecretDocument.FromText(new Secret(text)), parts, "vault://kv/orders");

    private string Problems(string text, DatabaseParts? parts = null)
    {
        Plant(Password);
        var exception = Observe(Assert.Throws<CredentialException>(() => Read(text, parts)));
        Assert.Equal(FailureKind.Invalid, exception.Error.Kind);
        return Observe(exception.Message);
    }

    private static string Document(string more)
    {
        var document = JsonNode.Parse(more)!.AsObject();
        document.TryAdd("host", "db.internal");
        document.TryAdd("database", "orders");
        document.TryAdd("username", "app");
        document.TryAdd("password", Password);
        return document.ToJsonString();
    }

    private static (string Engine, string Host, int Port, string Database, string UserName) Address(DatabaseCredential c) =>
        (c.Engine, c.Host, c.Port, c.Database, c.UserName);
}
