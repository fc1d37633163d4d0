namespace Rekey.Databases;

/// <summary>Proves a database credential by one login outside every pool and one trivial query.</summary>
public static class DatabaseVerifier
{
    /// <summary>Makes the verifier for a driver.</summary>
    public static CredentialVerifier<DatabaseCredential> For(IDatabaseDriver driver) => async (credential, cancellationToken) =>
    {
        try
        {
            var connection = await driver.OpenUnpooledAsync(credential, cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                using var command = connection.CreateCommand();
                command.CommandText = "select 1";
                await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
                return Verification.Accepted;
            }
        }
        catch (Exception e) when (e is not (CredentialException or OperationCanceledException or OutOfMemoryException))
        {
            return driver.Classify(e) switch
            {
                DatabaseFailure.CredentialRefused or DatabaseFailure.LoginRemoved => Verification.Refused(),
                DatabaseFailure.UnknownDatabase => Verification.Refused(DatabaseErrors.UnknownDatabase(credential.Database)),
                DatabaseFailure.PermissionDenied => Verification.Refused(DatabaseErrors.AccessDenied(credential.Database)),
                _ => Verification.Indeterminate(),
            };
        }
    };
}
