using Rekey.Cli.Stores;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Stores;

public sealed class StoreKeyTests : LeakCheckedTest
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 32).Select(static i => (byte)(i * 37 | 0xC0))];
    private static readonly string Base64 = Convert.ToBase64String(Bytes);

    public static TheoryData<string> Keys =>
    [
        Base64,
        Base64.TrimEnd('='),
        Base64.Replace('+', '-').Replace('/', '_'),
        Base64.TrimEnd('=').Replace('+', '-').Replace('/', '_'),
        $" \t{Base64}\r\n",
        Convert.ToHexString(Bytes),
        Convert.ToHexStringLower(Bytes) + "\n",
    ];

    public static TheoryData<string> NoKeys =>
    [
        "",
        "a key of thirty-two characters!!",
        Convert.ToBase64String(Bytes[..31]),
        Convert.ToBase64String([.. Bytes, 1]),
        Base64 + "=",
        Base64.Insert(9, " "),
        Convert.ToHexString(Bytes)[..62],
        Convert.ToHexString(Bytes) + "00",
        Convert.ToHexString(Bytes)[..62] + "zz",
        Base64[..42] + "!",
        new string('x', 1 << 20),
    ];

    [Theory]
    [MemberData(nameof(Keys), DisableDiscoveryEnumeration = true)]
    public async Task Every_way_to_write_it_is_the_same_key(string text)
    {
        var cipher = await Key(text).GetAsync(secrets: null, CancellationToken.None);

        Assert.Equal(new RecordCipher(Bytes).KeyId, cipher.KeyId);
    }

    [Theory]
    [MemberData(nameof(NoKeys), DisableDiscoveryEnumeration = true)]
    public async Task What_is_no_key_is_refused_and_told_how_to_make_one(string text)
    {
        var error = Observe(await Assert.ThrowsAsync<CredentialException>(() => Key(text).GetAsync(secrets: null, CancellationToken.None).AsTask())).Error;

        Assert.Equal(("STORAGE_ERROR", "Make one with: openssl rand -base64 32"), (error.Code, error.NextStep));
    }

    [Fact]
    public async Task It_is_read_once_by_many_and_a_failed_reading_is_tried_again()
    {
        var reads = 0;
        var key = new StoreKey(async _ =>
        {
            await Task.Yield();
            return Interlocked.Increment(ref reads) == 1
                ? throw new CredentialException(CredentialErrors.SourceRefused("vault://kv/key", "it may not be read", "Ask for it."))
                : Plant(Base64);
        });

        var error = Observe(await Assert.ThrowsAsync<CredentialException>(() => key.GetAsync(secrets: null, CancellationToken.None).AsTask())).Error;
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => key.GetAsync(secrets: null, CancellationToken.None).AsTask()));

        Assert.Contains("SOURCE_REFUSED", error.Message);
        Assert.Single(all.Distinct());
        Assert.Equal(2, reads);
    }

    private StoreKey Key(string text)
    {
        if (text.Length > 0)
            Plant(text);
        return new StoreKey(_ => new ValueTask<Secret>(new Secret(text)));
    }
}
