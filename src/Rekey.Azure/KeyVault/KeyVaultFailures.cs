using System.Net.Http.Headers;
using System.Text.Json;
using Azure;
using Azure.Identity;

namespace Rekey.Azure.KeyVault;

/// <summary>Tells failures apart by type, status and code, never by their text.</summary>
internal static class KeyVaultFailures
{
    private const string Role = "Key Vault Secrets User";

    public static CredentialError Of(Exception exception, KeyVaultSource source, KeyVaultPath path, TimeProvider time)
    {
        var reference = source.Reference;
        return exception switch
        {
            // Some identity was there and could not be proved for want of an answer: that is no refusal.
            AuthenticationFailedException when IsWithoutAnswer(exception.InnerException) => CredentialErrors.SourceUnavailable(
                reference, "the place where Azure signs in gave no answer", "Check network, DNS and proxy; it is asked again on its own."),
            CredentialUnavailableException => AzureErrors.NoIdentity(reference),
            AuthenticationFailedException => AzureErrors.AuthRequired(reference, "Azure does not accept the identity that it is asked with"),
            RequestFailedException { Status: 0 } when IsTooLarge(exception) => CredentialErrors.SecretTooLarge(reference, SecretDocument.MaxBytes),
            RequestFailedException { Status: 0 } => CredentialErrors.SourceUnavailable(
                reference, $"{path.Vault.Host} cannot be reached, or broke off", "Check the name of the vault, network, DNS and proxy; it is asked again on its own."),
            RequestFailedException failed => Answered(failed, reference, path, time),
            OperationCanceledException => CredentialErrors.SourceUnavailable(reference, $"{path.Vault.Host} gave no whole answer in time"),
            // The name of a type says where to look, and no more.
            _ => SessionErrors.InvalidResponse(reference, $"what answers at {path.Vault.Host} cannot be read as an answer of Key Vault ({exception.GetType().Name})"),
        };
    }

    private static CredentialError Answered(RequestFailedException failed, string reference, KeyVaultPath path, TimeProvider time) => (failed.Status, failed.ErrorCode) switch
    {
        (401, _) => AzureErrors.AuthRequired(reference, "Key Vault does not accept the token that Azure gave: of another tenant, or withdrawn"),
        (403, "Forbidden") => Forbidden(InnerCode(failed), reference, path),
        (404, "SecretNotFound") => CredentialErrors.SourceUnavailable(
            reference, $"{path.Vault.Host} has no secret of that name, or it is deleted",
            "Check name and version, or bring it back (az keyvault secret recover); the change is noticed.") with
        { IsWithdrawal = true },
        (429, _) => SessionErrors.RateLimited(reference, Wait(failed, time)),
        (408 or >= 500, _) => CredentialErrors.SourceUnavailable(reference, $"Key Vault failed (HTTP {failed.Status})") with { RetryAfter = Wait(failed, time) },
        ( >= 300 and < 400, _) => SessionErrors.InvalidResponse(reference, $"{path.Vault.Host} points elsewhere (HTTP {failed.Status}), where no token is carried"),
        _ => SessionErrors.InvalidResponse(reference, $"{path.Vault.Host} answers with HTTP {failed.Status}"),
    };

    // https://learn.microsoft.com/azure/key-vault/general/rest-error-codes#http-403-insufficient-permissions
    private static CredentialError Forbidden(string? code, string reference, KeyVaultPath path) => code switch
    {
        "SecretDisabled" => AzureErrors.SecretDisabled(reference),
        "ForbiddenByFirewall" or "ForbiddenByConnection" => CredentialErrors.SourceRefused(
            reference, $"the network rules of {path.Vault.Host} do not let this machine in", "Allow its address, or go through the private endpoint of the vault."),
        _ => CredentialErrors.SourceRefused(
            reference, $"the identity may not read secrets of {path.Vault.Host}",
            $"Give it the role '{Role}' on the vault or on the secret; where the vault has access policies instead, the permission 'get' on secrets.") with
        { IsWithdrawal = true },
    };

    private static string? InnerCode(RequestFailedException failed)
    {
        try
        {
            using var json = JsonDocument.Parse(failed.GetRawResponse()?.Content.ToMemory() ?? default);
            return json.RootElement.GetProperty("error").GetProperty("innererror").GetProperty("code").GetString();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static TimeSpan? Wait(RequestFailedException failed, TimeProvider time) =>
        failed.GetRawResponse() is { } response && response.Headers.TryGetValue("Retry-After", out var text)
        && RetryConditionHeaderValue.TryParse(text, out var retry)
        && (retry.Delta ?? retry.Date - time.GetUtcNow()) is { Ticks: > 0 } wait ? wait : null;

    private static bool IsTooLarge(Exception exception) =>
        exception.InnerException is HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded };

    private static bool IsWithoutAnswer(Exception? exception) => exception switch
    {
        null => false,
        RequestFailedException { Status: 0 or 408 or 429 or >= 500 } or HttpRequestException or OperationCanceledException or TimeoutException => true,
        AggregateException several => several.InnerExceptions.Any(IsWithoutAnswer),
        _ => IsWithoutAnswer(exception.InnerException),
    };
}
