{application, crypto,
  [{description, "CRYPTO"},
   {vsn, "5.1.2"},
   {modules, [crypto]},
   {registered, []},
   {applications, [kernel, stdlib]},
   {optional_applications, [stdlib]},
   {env, [{fips_mode, false}]},
   {runtime_dependencies, ["erts-9.0","stdlib-3.9","kernel-6.0"]}]}.
