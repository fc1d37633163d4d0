using System.Text;
using System.Text.Json.Nodes;
using Rekey.Cli.Stores;

namespace Rekey.Cli.Tests.Stores;

public sealed class StoreEncryptionTests : StoreTest
{
    [Fact]
    public async Task With_a_key_no_byte_of_a_secret_is_in_the_file_and_the_record_comes_back()
    {
        await WriteAsync(Store(Key()), Record());

        var content = Encoding.UTF8.GetString(await System.IO.File.ReadAllBytesAsync(File, TestContext.Current.CancellationToken));
        var json = JsonNode.Parse(content)!.AsObject();

        Assert.True((await ReadAsync(Store(Key())))!.Current.HoldsSameAs(Record().Current));
        Assert.Equal(["version", "credential", "encryption", "keyId", "nonce", "data"], json.Select(static member => member.Key));
        Assert.Equal(("aes-256-gcm", 12, 8), ((string?)json["encryption"], Bytes(json, "nonce").Length, ((string)json["keyId"]!).Length));
        foreach (var secret in Record().Current.Fields.Values)
        {
            Assert.DoesNotContain(secret.Reveal(), content);
            Assert.Equal(-1, Bytes(json, "data").AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret.Reveal())));
        }
    }

    [Fact]
    public async Task A_nonce_is_never_used_twice()
    {
        var store = Store(Key());
        var nonces = new HashSet<string>();
        for (var i = 0; i < 50; i++)
        {
            await WriteAsync(store, Record());
            nonces.Add((string)Json()["nonce"]!);
        }

        Assert.Equal(50, nonces.Count);
    }

    [Theory]
    [InlineData("data")]
    [InlineData("nonce")]
    public async Task A_single_other_bit_is_noticed_and_the_file_is_left_alone(string member)
    {
        await WriteAsync(Store(Key()), Record());
        var json = Json();
        var bytes = Bytes(json, member);
        bytes[^1] ^= 1;
        json[member] = Convert.ToBase64String(bytes);

        await IsRefusedAndLeftAloneAsync(json.ToJsonString(), Key());
    }

    [Fact]
    public async Task A_record_of_another_credential_does_not_open_whatever_name_it_is_given()
    {
        await WriteAsync(Store(Key()), Record("other"), "other");
        var json = JsonNode.Parse(await System.IO.File.ReadAllTextAsync(In("other.json"), TestContext.Current.CancellationToken))!.AsObject();
        json["credential"] = Name;

        await IsRefusedAndLeftAloneAsync(json.ToJsonString(), Key());
    }

    [Fact]
    public async Task With_another_key_the_file_is_left_alone_and_the_right_one_opens_it_again()
    {
        await WriteAsync(Store(Key()), Record());

        var error = await IsRefusedAndLeftAloneAsync(Text(), Key(8));

        Assert.Contains((string)Json()["keyId"]!, error.Message);
        Assert.NotNull(await ReadAsync(Store(Key())));
    }

    [Fact]
    public async Task Without_the_key_the_file_is_left_alone()
    {
        await WriteAsync(Store(Key()), Record());

        var error = await IsRefusedAndLeftAloneAsync(Text(), key: null);

        Assert.Contains("store.key", error.NextStep);
    }

    [Fact]
    public async Task A_plain_record_is_read_with_a_key_and_encrypted_when_it_is_next_written()
    {
        await WriteAsync(Store(), Record());
        var store = Store(Key());

        Assert.NotNull(await ReadAsync(store));
        Assert.NotNull(Json()["record"]);
        await WriteAsync(store, Record());

        Assert.Equal((true, false), (Json().ContainsKey("data"), Json().ContainsKey("record")));
        Assert.NotNull(await ReadAsync(store));
    }

    [Fact]
    public async Task A_key_that_cannot_be_read_leaves_the_file_alone_and_is_asked_for_again()
    {
        await WriteAsync(Store(Key()), Record());
        var right = Convert.ToBase64String([.. Enumerable.Repeat((byte)7, 32)]);
        var isThere = false;
        var store = Store(new StoreKey(_ => isThere ? new(Plant(right)) : throw new CredentialException(CredentialErrors.SourceUnavailable("file:///key", "there is nothing"))));

        var error = await RefusedAsync(() => ReadAsync(store));
        await RefusedAsync(() => WriteAsync(store, Record()));
        isThere = true;

        Assert.Contains("SOURCE_UNAVAILABLE", error.Message);
        Assert.NotNull(await ReadAsync(store));
    }

    [Fact]
    public async Task The_key_is_known_in_every_form_before_it_is_used()
    {
        await WriteAsync(Store(Key()), Record());

        byte[] key = [.. Enumerable.Repeat((byte)7, 32)];
        Assert.Contains(("store#key", new Secret(Convert.ToBase64String(key))), Registered);
        Assert.Contains(("store#key", new Secret(Convert.ToHexStringLower(key))), Registered);
    }

    private async Task<CredentialError> IsRefusedAndLeftAloneAsync(string content, StoreKey? key)
    {
        await System.IO.File.WriteAllTextAsync(File, content, TestContext.Current.CancellationToken);
        var before = Names();

        var error = await RefusedAsync(() => ReadAsync(Store(key)));
        Assert.Equal(error, await RefusedAsync(() => WriteAsync(Store(key), Record("second"))));

        Assert.Equal(content, Text());
        Assert.Equal(before, Names());
        Assert.Empty(Logged);
        return error;
    }

    private string Text() => System.IO.File.ReadAllText(File);

    private JsonObject Json() => JsonNode.Parse(Text())!.AsObject();

    private static byte[] Bytes(JsonObject json, string member) => Convert.FromBase64String((string)json[member]!);
}
