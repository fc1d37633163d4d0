namespace Rekey;

/// <summary>How far a sign-in is.</summary>
public enum SignInState
{
    /// <summary>Waiting for the human.</summary>
    Pending,

    /// <summary>Done, and what was obtained by it is in use.</summary>
    Succeeded,

    /// <summary>Ended without success; <see cref="SignInJob.Error"/> says why.</summary>
    Failed,
}

/// <summary>One sign-in in the background that anyone can join, watch and cancel.</summary>
public sealed class SignInJob
{
    private readonly CancellationTokenSource _cancel = new();
    private TaskCompletionSource _shown = NewSignal();
    private volatile SignInPrompt? _prompt;

    internal SignInJob(string credential, ISignIn source, bool opensPage, Func<Task<RefreshResult>> refresh) =>
        Completion = Task.Run(() => RunAsync(credential, source, opensPage, refresh));

    /// <summary>What the human needs, once it is known. It changes when the sign-in of another process, which this one had joined, is given up.</summary>
    public SignInPrompt? Prompt => _prompt;

    /// <summary>Why it failed, if it did.</summary>
    public CredentialError? Error { get; private set; }

    /// <summary>How far it is.</summary>
    public SignInState State => !Completion.IsCompleted ? SignInState.Pending : Error is null ? SignInState.Succeeded : SignInState.Failed;

    /// <summary>Completes when the sign-in has ended, and never faults.</summary>
    public Task Completion { get; }

    /// <summary>Waits until there is something to show or the job has ended. Cancelling ends the wait, not the job.</summary>
    public Task<SignInPrompt?> WaitForPromptAsync(CancellationToken cancellationToken) => WaitForPromptAfterAsync(null, cancellationToken);

    /// <summary>Waits until there is something else to show than <paramref name="known"/>, or the job has ended: then it is what was shown last.</summary>
    public async Task<SignInPrompt?> WaitForPromptAfterAsync(SignInPrompt? known, CancellationToken cancellationToken)
    {
        while (true)
        {
            var shown = Volatile.Read(ref _shown).Task;
            if (_prompt != known || Completion.IsCompleted)
                return _prompt;
            await Task.WhenAny(shown, Completion).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the sign-in.</summary>
    public void Cancel() => _cancel.Cancel();

    private void Show(SignInPrompt prompt)
    {
        _prompt = prompt;
        Interlocked.Exchange(ref _shown, NewSignal()).TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync(string credential, ISignIn source, bool opensPage, Func<Task<RefreshResult>> refresh)
    {
        try
        {
            await source.SignInAsync(new SignInRequest(Show, opensPage), _cancel.Token).ConfigureAwait(false);
            if (await refresh().ConfigureAwait(false) is RefreshResult.Failed failed)
                Error = failed.Error;
        }
        catch (OperationCanceledException) when (_cancel.IsCancellationRequested)
        {
            Error = CredentialErrors.SignInCancelled(credential);
        }
        catch (CredentialException e)
        {
            Error = e.Error;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Error = CredentialErrors.Internal(credential, e);
        }
    }
}
