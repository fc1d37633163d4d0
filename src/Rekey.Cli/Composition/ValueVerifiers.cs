using System.Net.Security;
using Rekey.Cli.Configuration;
using Rekey.Databases;
using Rekey.Http;
using Rekey.Redis;

namespace Rekey.Cli.Composition;

/// <summary>Makes what proves a value, as the operator says. A client for HTTP is asked for only where one is needed.</summary>
internal sealed class ValueVerifiers(CredentialParts parts, Func<HttpClient> http)
{
    /// <summary>Null for a value that nothing proves.</summary>
    public CredentialVerifier<SecretValue>? For(CredentialConfiguration configuration) => configuration.Verify switch
    {
        VerifyConfiguration.Http way => HttpVerifier.For(new HttpVerifierOptions
        {
            Credential = configuration.Name,
            Address = way.Address,
            Header = way.Header,
            Prefix = way.Prefix,
            Http = http(),
            Time = parts.Time,
        }),
        VerifyConfiguration.Redis way => RedisVerifier.For(new RedisOptions
        {
            Credential = configuration.Name,
            Host = way.Host,
            Port = way.Port,
            UserName = way.UserName,
            Tls = way.Tls ? new SslClientAuthenticationOptions { TargetHost = way.Host } : null,
            Time = parts.Time,
        }),
        VerifyConfiguration.Database way => Login(configuration, way.Parts),
        _ => null,
    };

    private CredentialVerifier<SecretValue> Login(CredentialConfiguration configuration, DatabaseParts fixedParts)
    {
        var verifier = DatabaseVerifier.For(parts.Driver);
        return (value, cancellationToken) =>
        {
            try
            {
                var login = LoginOf(value, fixedParts, $"The source of '{configuration.Name}'");
                Register(configuration, login);
                return verifier(login, cancellationToken);
            }
            catch (CredentialException e)
            {
                return new(Verification.Refused(e.Error)); // no login at all can be made of it
            }
        };
    }

    private static DatabaseCredential LoginOf(SecretValue value, DatabaseParts fixedParts, string reference) => DatabaseReader.Read(
        fixedParts.Host is null ? SecretDocument.FromText(value.Value) : SecretDocument.FromFields([new("password", value.Value)]), fixedParts, reference);

    // The value may be a URL: the password in it is a secret of its own.
    private void Register(CredentialConfiguration configuration, DatabaseCredential login)
    {
        if (!configuration.IsSensitive)
            return;
        foreach (var (field, secret) in login.Document.SensitiveValues())
            parts.Secrets.Register(configuration.Name, field, secret);
    }
}
