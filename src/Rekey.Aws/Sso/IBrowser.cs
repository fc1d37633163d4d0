namespace Rekey.Aws.Sso;

/// <summary>Opens pages for the human.</summary>
public interface IBrowser
{
    /// <summary>Begins to open the page and does not wait for it. False when nothing could be started.</summary>
    bool TryOpen(Uri page);
}
