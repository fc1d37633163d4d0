namespace Rekey.Aws.Sso;

/// <summary>How a human signs in.</summary>
public enum SignInFlow
{
    /// <summary>In a browser of this machine where there is one, else with a code.</summary>
    Auto,

    /// <summary>In a browser that can reach this machine: the browser comes back with the answer.</summary>
    Browser,

    /// <summary>With a code, in a browser anywhere.</summary>
    DeviceCode,
}
