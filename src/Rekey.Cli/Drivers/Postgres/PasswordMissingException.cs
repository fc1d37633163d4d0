namespace Rekey.Cli.Drivers.Postgres;

/// <summary>The server asks for a password and the credential has none.</summary>
internal sealed class PasswordMissingException() : Exception("The server asks for a password and there is none.");
