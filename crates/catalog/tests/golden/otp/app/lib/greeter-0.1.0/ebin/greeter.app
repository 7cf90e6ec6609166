{application,greeter,
             [{applications,[kernel,stdlib,elixir,logger,crypto]},
              {description,"greeter"},
              {modules,['Elixir.Greeter','Elixir.Greeter.Application']},
              {registered,[]},
              {vsn,"0.1.0"},
              {mod,{'Elixir.Greeter.Application',[]}}]}.
