return await OverlayBridge.Hosting.AgentProgram.RunAsync(args).ConfigureAwait(false);
