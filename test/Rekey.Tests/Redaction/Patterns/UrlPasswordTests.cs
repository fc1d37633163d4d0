using static Rekey.Tests.Redaction.Patterns.PatternTest;

namespace Rekey.Tests.Redaction.Patterns;

public sealed class UrlPasswordTests
{
    [Theory]
    [InlineData("postgres://app:hunter2@db.internal:5432/orders", $"postgres://{M}@db.internal:5432/orders")]
    [InlineData("postgresql+asyncpg://app:hunter2@db/orders", $"postgresql+asyncpg://{M}@db/orders")]
    [InlineData("mysql2://app:hunter2@db:3306/orders?pool=5", $"mysql2://{M}@db:3306/orders?pool=5")]
    [InlineData("rediss://:hunter2@cache:6380/0", $"rediss://{M}@cache:6380/0")]
    [InlineData("mongodb+srv://app:hunter2@a.example.com,b.example.com/orders?replicaSet=rs0", $"mongodb+srv://{M}@a.example.com,b.example.com/orders?replicaSet=rs0")]
    [InlineData("mongodb://app:hunter2@a:27017,b:27018/orders", $"mongodb://{M}@a:27017,b:27018/orders")]
    [InlineData("amqps://app:hunter2@mq/vhost", $"amqps://{M}@mq/vhost")]
    [InlineData("https://bot:ghtoken@github.com/org/repo.git", $"https://{M}@github.com/org/repo.git")]
    [InlineData("jdbc:postgresql://app:hunter2@db/orders", $"jdbc:postgresql://{M}@db/orders")]
    [InlineData("POSTGRES://APP:HUNTER2@DB/ORDERS", $"POSTGRES://{M}@DB/ORDERS")]
    [InlineData("sqlserver://sa:hunter2@db:1433?database=orders", $"sqlserver://{M}@db:1433?database=orders")]
    [InlineData("http://user:hunter2@[::1]:8080/", $"http://{M}@[::1]:8080/")]
    [InlineData("https://me@corp.example:hunter2@host.example/x", $"https://{M}@host.example/x")]
    [InlineData("see <postgres://app:hunter2@db/orders> there", $"see <postgres://{M}@db/orders> there")]
    [InlineData("two postgres://a:b1@h/x and redis://c:d2@i/y", $"two postgres://{M}@h/x and redis://{M}@i/y")]
    [InlineData("https://web.example/cache/https://app:hunter2@host.example/", $"https://web.example/cache/https://{M}@host.example/")]
    public void User_and_password_go_and_the_rest_of_the_URL_stays(string text, string expected) => Assert.Equal(expected, Hide(text));

    [Theory]
    [InlineData("p@ss")]
    [InlineData("p/ss")]
    [InlineData("/pss")]
    [InlineData("pss/")]
    [InlineData("p:ss")]
    [InlineData("p#ss")]
    [InlineData("p?ss")]
    [InlineData("p%ss")]
    [InlineData("p%40ss")]
    [InlineData("p%2fs%2Fs")]
    [InlineData("p+s s")]
    [InlineData("p@s/s")]
    [InlineData("p/s@s")]
    [InlineData("a@b:c/d#e?f%g")]
    [InlineData("p\\ss")]
    [InlineData("p;s=s")]
    [InlineData("p,ss")]
    [InlineData("p{s}s")]
    [InlineData("pässwörd")]
    public void A_password_in_a_URL_needs_no_escaping_to_be_hidden_whole(string password)
    {
        if (password.Contains(' '))
            password = Uri.EscapeDataString(password);

        Assert.Equal($"postgres://{M}@db.internal:5432/orders", Hide($"postgres://app:{password}@db.internal:5432/orders"));
        Assert.Equal($"\"url\": \"postgres://{M}@db\",", Hide($"\"url\": \"postgres://app:{password}@db\","));
    }

    [Theory]
    [InlineData("""{"url":"postgresql:\/\/app:hunter2@db\/orders"}""", $$"""{"url":"postgresql:\/\/{{M}}@db\/orders"}""")]
    [InlineData("""{"m":"{\"url\":\"postgresql:\\\/\\\/app:hunter2@db\\\/orders\"}"}""", $$"""{"m":"{\"url\":\"postgresql:\\\/\\\/{{M}}@db\\\/orders\"}"}""")]
    [InlineData("""{"url":"postgresql://app:h\u002Bn\u0026er2@db/orders"}""", $$"""{"url":"postgresql://{{M}}@db/orders"}""")]
    [InlineData("""{"url":"postgresql://app:p\/w@db/orders"}""", $$"""{"url":"postgresql://{{M}}@db/orders"}""")]
    [InlineData("""postgresql://app:hunter2@db/orders\nmail me@example.com""", $$"""postgresql://{{M}}@db/orders\nmail me@example.com""")]
    [InlineData("to=postgresql%3A%2F%2Fapp%3Ahunter2%40db%3A5432%2Forders&x=me@example.com", $"to=postgresql%3A%2F%2F{M}%40db%3A5432%2Forders&x=me@example.com")]
    [InlineData("to=postgresql%3a%2f%2fapp%3ahunter2%40db%2forders", $"to=postgresql%3a%2f%2f{M}%40db%2forders")]
    [InlineData("to=postgresql%253A%252F%252Fapp%253Ahunter2%2540db%252Forders", $"to=postgresql%253A%252F%252F{M}%2540db%252Forders")]
    [InlineData("to=postgresql:%2F%2Fapp:hunter2%40db", $"to=postgresql:%2F%2F{M}%40db")]
    public void A_URL_is_found_in_the_spellings_of_JSON_and_of_other_URLs(string text, string expected) => Assert.Equal(expected, Hide(text));

    [Theory]
    [InlineData("ssh://git@github.com/org/repo.git")]
    [InlineData("git+ssh://git@github.com:org/repo.git@v1.0")]
    [InlineData("https://alice@host.example:8443/x")]
    [InlineData("https://alice:@host.example/x")]
    [InlineData("redis://:@cache/0")]
    [InlineData("https://host/a:b/c@d")]
    [InlineData("https://registry.npmjs.org/@types/node")]
    [InlineData("http://host:8080/path@x")]
    [InlineData("http://host:8080/x?mail=me@example.com&at=12:30")]
    [InlineData("http://host:8080?mail=me@example.com")]
    [InlineData("http://localhost:3000,alice@example.com")]
    [InlineData("(http://localhost:3000),alice@example.com")]
    [InlineData("https://host.example/share?to=me@example.com#a:b@c")]
    [InlineData("https://maps.example/@48.1,11.5,15z")]
    [InlineData("https://web.example/http://other.example:80/x@y")]
    [InlineData("docker-pullable://nginx:1.25@sha256:1234567890abcdef")]
    [InlineData("arn:aws:s3:::bucket/key and mailto:me@example.com")]
    [InlineData("mongodb://a:27017,b:27017/orders?appName=me@x")]
    [InlineData("http://[::1]:8080/x@y")]
    [InlineData("postgres://user:${PASSWORD}@host/db")]
    [InlineData("postgres://$USER:$PASSWORD@host/db")]
    [InlineData("postgres://{user}:{password}@host/db")]
    [InlineData("postgres://user:***@host/db")]
    [InlineData("postgres://user:<password>@host/db")]
    [InlineData($"postgres://{M}@host/db")]
    [InlineData("https://bucket.s3.amazonaws.com/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20260301%2Fus-east-1&X-Amz-Security-Token=IQoJb3JpZ2luX2VjEJr&X-Amz-Signature=0123456789abcdef")]
    [InlineData("https://acct.blob.core.windows.net/c/b?sv=2024-11-04&sp=r&se=2026-03-01T00%3A00%3A00Z&sig=abc%2Bdef%3D")]
    public void A_URL_without_a_password_stays_as_it_is(string text) => Assert.Equal(text, Hide(text));

    [Theory]
    [InlineData("https://u:tok@github.com/org/repo@v1.2", $"https://{M}@github.com/org/repo@v1.2")]
    [InlineData("postgres://u:p@db:5432/x@y", $"postgres://{M}@db:5432/x@y")]
    [InlineData("postgres://u:p@10.0.0.7/x@y", $"postgres://{M}@10.0.0.7/x@y")]
    [InlineData("postgres://u:p@localhost/x@y", $"postgres://{M}@localhost/x@y")]
    [InlineData("postgres://u:p@db/orders?mail=a@b.c", $"postgres://{M}@db/orders?mail=a@b.c")]
    public void The_path_behind_a_certain_host_is_no_part_of_the_password(string text, string expected) => Assert.Equal(expected, Hide(text));

    [Fact]
    public void Nothing_beyond_the_URL_is_swallowed()
    {
        const string Line = "connect postgresql://db/orders failed\nask admin@example.com\n";
        Assert.Equal(Line, Hide(Line));

        Assert.Equal($$"""{"url":"postgresql://{{M}}@h/db","next":1}""", Hide("""{"url":"postgresql://u:p@h/db","next":1}"""));
        Assert.Equal($"postgresql://{M}@h/db\nadmin@example.com", Hide("postgresql://u:p@h/db\nadmin@example.com"));
    }
}
