return await OverlayBridge.Serve.AgentProgram.RunAsync(args).ConfigureAwait(false);
