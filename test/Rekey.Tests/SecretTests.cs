using System.Text.Json;
using Rekey.Testing;

namespace Rekey.Tests;

public sealed class SecretTests : LeakCheckedTest
{
    [Fact]
    public void A_secret_prints_as_the_marker_wherever_it_is_printed()
    {
        var secret = Plant("hunter2-hunter2");
        var record = new SecretValue(secret);

        Assert.Equal(Secret.Marker, Observe(secret.ToString()));
        Assert.Contains(Secret.Marker, Observe(record.ToString()));
        Assert.Contains(Secret.Marker, Observe(JsonSerializer.Serialize(secret)));
    }

    [Fact]
    public void Secrets_are_equal_when_their_texts_are()
    {
        Assert.Equal(new Secret("one"), new Secret("one"));
        Assert.NotEqual(new Secret("one"), new Secret("two"));
        Assert.Equal(default, new Secret(""));
    }
}
