using Rekey.Testing.Http;
using Rekey.Vault;

namespace Rekey.Tests.Vault;

/// <summary>Whose certificates are believed.</summary>
public sealed class TrustTests : VaultTest
{
    private readonly string _file = Path.GetTempFileName();

    private async Task<CredentialPhase> PhaseBehindAsync(TlsFront front, HttpClient http)
    {
        using (http)
        {
            var token = LogIn(options: Options with { Address = front.Address, Http = http });
            await token.RefreshAsync(RefreshTrigger.Demand);
            return token.Status.Phase;
        }
    }

    [Fact]
    public async Task A_certificate_of_the_configured_authority_is_believed_and_no_other()
    {
        using var authority = new TestAuthority("the operator's authority");
        using var stranger = new TestAuthority("another authority");
        await using var front = new TlsFront(Server.Address, authority.Issue("localhost"));
        await File.WriteAllTextAsync(_file, authority.Pem, TestContext.Current.CancellationToken);
        Assert.True(VaultTrust.TryRead(_file, out var trusted, out _));
        await File.WriteAllTextAsync(_file, stranger.Pem, TestContext.Current.CancellationToken);
        Assert.True(VaultTrust.TryRead(_file, out var others, out _));

        Assert.Equal(CredentialPhase.Ready, await PhaseBehindAsync(front, BoundedHttp.CreateClientTrusting(trusted)));
        Assert.Equal(CredentialPhase.Expired, await PhaseBehindAsync(front, BoundedHttp.CreateClientTrusting(others)));
        Assert.Equal(CredentialPhase.Expired, await PhaseBehindAsync(front, BoundedHttp.CreateClient()));
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_not_believed_whoever_issued_it()
    {
        using var authority = new TestAuthority("the operator's authority");
        await using var front = new TlsFront(Server.Address, authority.Issue("vault.internal"));

        Assert.Equal(CredentialPhase.Expired, await PhaseBehindAsync(front, BoundedHttp.CreateClientTrusting(authority.Certificates)));
        Assert.Empty(Server.Calls);
    }

    [Theory]
    [InlineData("", "holds no certificate in PEM")]
    [InlineData("not a certificate", "holds no certificate in PEM")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "holds a certificate that cannot be read")]
    public void A_file_without_an_authority_says_why(string content, string expected)
    {
        File.WriteAllText(_file, content);

        Assert.False(VaultTrust.TryRead(_file, out _, out var problem));
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void A_file_that_is_not_there_says_so()
    {
        Assert.False(VaultTrust.TryRead(_file + ".missing", out _, out var problem));
        Assert.Equal("cannot be read", problem);
    }

    public override ValueTask DisposeAsync()
    {
        File.Delete(_file);
        return base.DisposeAsync();
    }
}
