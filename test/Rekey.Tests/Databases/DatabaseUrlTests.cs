using Rekey.Databases;
using Rekey.Testing;

namespace Rekey.Tests.Databases;

public sealed class DatabaseUrlTests : LeakCheckedTest
{
    [Theory]
    [InlineData("postgres://app:secret-word@db.internal:6432/orders", "postgres", "db.internal", 6432, "orders")]
    [InlineData("postgresql://app:secret-word@db.internal/orders\n", "postgres", "db.internal", 5432, "orders")]
    [InlineData("Postgres://app:secret-word@DB.internal/Orders", "postgres", "DB.internal", 5432, "Orders")]
    [InlineData("sqlserver://app:secret-word@db/orders", "sqlserver", "db", 1433, "orders")]
    [InlineData("mssql://app:secret-word@db:14330?database=orders", "sqlserver", "db", 14330, "orders")]
    [InlineData("postgres://app:secret-word@[::1]:6432/orders", "postgres", "::1", 6432, "orders")]
    [InlineData("postgres://app:secret-word@[fe80::1]/orders", "postgres", "fe80::1", 5432, "orders")]
    [InlineData("postgres://app:secret-word@%2Fvar%2Frun/orders", "postgres", "/var/run", 5432, "orders")]
    [InlineData("postgres://app:secret-word@db/gr%C3%BCn?application_name=x", "postgres", "db", 5432, "grün")]
    public void A_url_says_where_and_who(string url, string engine, string host, int port, string database)
    {
        var credential = Read(url);

        Assert.Equal((engine, host, port, database, "app"), (credential.Engine, credential.Host, credential.Port, credential.Database, credential.UserName));
        Assert.Equal("secret-word", credential.Password.Reveal());
    }

    [Theory]
    [InlineData("p@ss@word", "p@ss@word")]
    [InlineData("p/a?s#s:w", "p/a?s#s:w")]
    [InlineData("p/a@s?b#c:d", "p/a@s?b#c:d")]
    [InlineData("p%40ss%2Fword", "p@ss/word")]
    [InlineData("100%25", "100%")]
    [InlineData("gr%C3%BCn", "grün")]
    [InlineData("a+b c", "a+b c")]
    [InlineData("[x]{y}\"'", "[x]{y}\"'")]
    public void A_password_may_be_raw_or_encoded(string written, string meant) =>
        Assert.Equal(meant, Read($"postgres://app:{written}@db:6432/orders?sslmode=require").Password.Reveal());

    [Theory]
    [InlineData("", null)]
    [InlineData("?sslmode=prefer", null)]
    [InlineData("?sslmode=disable", false)]
    [InlineData("?sslmode=require", true)]
    [InlineData("?encrypt=true", true)]
    [InlineData("?connect_timeout=5&sslmode=require", true)]
    public void The_query_says_whether_to_encrypt(string query, bool? expected) =>
        Assert.Equal(expected, Read($"postgres://app:secret-word@db/orders{query}").Encrypt);

    [Fact]
    public void Sql_server_encrypts_unless_its_url_says_otherwise()
    {
        Assert.True(Read("sqlserver://app:secret-word@db/orders").Encrypt);
        Assert.False(Read("sqlserver://app:secret-word@db/orders?encrypt=false").Encrypt);
    }

    [Theory]
    [InlineData("sqlite:orders.db", "orders.db")]
    [InlineData("sqlite:/data/orders.db", "/data/orders.db")]
    [InlineData("sqlite:///data/orders.db", "/data/orders.db")]
    [InlineData("sqlite:////data/orders.db", "/data/orders.db")]
    [InlineData("sqlite://./orders.db", "./orders.db")]
    [InlineData("sqlite:///C:/data/orders.db", "C:/data/orders.db")]
    [InlineData("sqlite:///my%20data/orders.db?mode=ro", "/my data/orders.db")]
    public void A_file_needs_no_login(string url, string path)
    {
        var credential = Read(url);

        Assert.Equal(("sqlite", path, "", 0, ""), (credential.Engine, credential.Database, credential.Host, credential.Port, credential.UserName));
        Assert.True(credential.Password.IsEmpty);
        Assert.Null(credential.Encrypt);
    }

    [Fact]
    public void A_postgres_url_may_mean_a_login_without_a_password()
    {
        Assert.True(Read("postgres://app@localhost/orders").Password.IsEmpty);
        Assert.Contains("password: missing", Problems("postgres://app:@localhost/orders"));
        Assert.Contains("password: missing", Problems("sqlserver://app@localhost/orders"));
    }

    [Theory]
    [InlineData("postgres://app:secret-word@/orders", "host: missing")]
    [InlineData("postgres://app:secret-word@db", "database: missing")]
    [InlineData("postgres://db/orders", "username: missing")]
    [InlineData("postgres://app:secret-word@db:port/orders", "port: not a port number")]
    [InlineData("postgres://app:secret-word@db:/orders", "port: not a port number")]
    [InlineData("postgres://app:secret-word@a:1,b:2/orders", "port: not a port number")]
    [InlineData("postgres://app:secret-word@a,b/orders", "host: not the name of one host")]
    [InlineData("postgres://app:secret-word%@db/orders", "password: has a '%'")]
    [InlineData("postgres://app:secret-word@db/orders?sslmode=on", "sslmode: not a known mode")]
    [InlineData("postgres://app:secret-word@db/orders?sslmode=verify-full", "sslmode: certificates are not verified")]
    [InlineData("postgres://app:secret-word@db/orders?encrypt=1", "encrypt: neither true nor false")]
    [InlineData("sqlite:", "database: missing")]
    [InlineData("sqlite:%zz", "database: has a '%'")]
    public void What_is_wrong_is_named_by_its_field(string url, string problem) => Assert.Contains(problem, Problems(url));

    [Fact]
    public void Fixed_parts_complete_a_url_and_may_not_contradict_it()
    {
        var parts = new DatabaseParts { Engine = "postgres", Database = "orders" };

        Assert.Equal("orders", Read("postgres://app:secret-word@db", parts).Database);
        Assert.Contains("database: differs from the configuration", Problems("postgres://app:secret-word@db/other", parts));
        Assert.Contains("engine: differs from the configuration", Problems("mssql://app:secret-word@db/orders", parts));
    }

    private static DatabaseCredential Read(string url, DatabaseParts? parts = null) =>
        DatabaseReader.Read(SecretDocument.FromText(new Secret(url)), parts, "env://DATABASE_URL");

    private string Problems(string url, DatabaseParts? parts = null)
    {
        Plant("secret-word");
        return Observe(Observe(Assert.Throws<CredentialException>(() => Read(url, parts))).Message);
    }
}
